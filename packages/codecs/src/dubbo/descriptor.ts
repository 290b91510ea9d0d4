import { DecodeError } from "../limits/decode-error.ts";

/** As many parameters as a method of the JVM has; and more dimensions than anybody's arrays. */
const MAX_PARAMETERS = 255;
const MAX_DIMENSIONS = 32;

const PRIMITIVES = "ZBCDFIJS";

/**
 * The types of a method's parameters, by its descriptor: how many arguments follow can be told in no other way.
 *
 * ```ts
 * import { parseDescriptor } from "@dualmesh/codecs/dubbo";
 *
 * console.log(parseDescriptor("ILjava/lang/String;[[J")); // => [ 'I', 'Ljava/lang/String;', '[[J' ]
 * ```
 * @throws {DecodeError} for what is no descriptor, and for more than 255 parameters or 32 dimensions.
 * @see The Java Virtual Machine Specification, section 4.3.2
 */
export function parseDescriptor(descriptor: string): string[] {
  const types: string[] = [];
  for (let at = 0; at < descriptor.length; ) {
    const end = endOfType(descriptor, at);
    types.push(descriptor.slice(at, end));
    at = end;
  }
  if (types.length <= MAX_PARAMETERS) return types;
  return refuse(
    "RESOURCE_EXHAUSTED",
    `${types.length} parameters are over the limit of ${MAX_PARAMETERS}`,
    0,
  );
}

function endOfType(descriptor: string, from: number): number {
  let at = from;
  while (descriptor[at] === "[") at++;
  if (at - from > MAX_DIMENSIONS) {
    return refuse(
      "RESOURCE_EXHAUSTED",
      `${at - from} dimensions are over the limit of ${MAX_DIMENSIONS}`,
      from,
    );
  }
  const letter = descriptor[at];
  if (letter === "L") {
    const end = descriptor.indexOf(";", at);
    if (end > at + 1) return end + 1;
  } else if (letter !== undefined && PRIMITIVES.includes(letter)) return at + 1;
  return refuse("INVALID_ARGUMENT", `no type begins at character ${from} of ${descriptor.length}`, from);
}

function refuse(code: "INVALID_ARGUMENT" | "RESOURCE_EXHAUSTED", what: string, at: number): never {
  throw new DecodeError(code, `dubbo descriptor: ${what}`, at);
}
