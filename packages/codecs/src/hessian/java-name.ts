const LETTERS: Readonly<Record<string, string>> = {
  boolean: "Z",
  byte: "B",
  char: "C",
  double: "D",
  float: "F",
  int: "I",
  long: "J",
  short: "S",
};

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(LETTERS).map(([name, letter]) => [letter, name]),
);

/** A type's name, as `Class.getName` has it, in the form of a descriptor: `J`, `Ljava/lang/String;`, `[[J`. */
export function descriptorOfName(javaName: string): string {
  return elementOfName(javaName).replaceAll(".", "/");
}

/** The same with points, as it stands behind the `[` of an array's name. */
export function elementOfName(javaName: string): string {
  if (Object.hasOwn(LETTERS, javaName)) return LETTERS[javaName] as string;
  return javaName.startsWith("[") ? javaName : `L${javaName};`;
}

/** The name for a descriptor: the way back. */
export function nameOfDescriptor(descriptor: string): string {
  if (descriptor.startsWith("[")) return descriptor.replaceAll("/", ".");
  return NAMES.get(descriptor) ?? descriptor.slice(1, -1).replaceAll("/", ".");
}
