export interface ClassParts {
  readonly flags?: number;
  readonly parent?: string;
  readonly methods?: readonly (readonly [name: string, descriptor: string])[];
  /** Fields, with their signatures. */
  readonly fields?: readonly (readonly [name: string, descriptor: string, signature?: string])[];
  /** Of the class. */
  readonly signature?: string;
}

const INTERFACE = 0x200;

/** A class file: an interface with methods, or a class with fields. Names have `/`. */
export function makeClass(name: string, parts: ClassParts = {}): Buffer {
  const { flags = parts.fields === undefined ? INTERFACE : 0, parent = "java/lang/Object" } = parts;
  const constants: Buffer[] = [];
  const u2 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value);
    return u2(constants.push(Buffer.concat([Buffer.from([1]), u2(bytes.length), bytes])));
  };
  const classOf = (value: string): Buffer => {
    const index = text(value);
    return u2(constants.push(Buffer.concat([Buffer.from([7]), index])));
  };
  const signature = (value: string | undefined): Buffer =>
    value === undefined
      ? u2(0)
      : Buffer.concat([u2(1), text("Signature"), Buffer.from([0, 0, 0, 2]), text(value)]);
  const members = (list: readonly (readonly [string, string, string?])[]): Buffer =>
    Buffer.concat([
      u2(list.length),
      ...list.flatMap(([own, descriptor, generic]) => [
        u2(1),
        text(own),
        text(descriptor),
        signature(generic),
      ]),
    ]);
  const body = Buffer.concat([
    u2(flags),
    classOf(name),
    classOf(parent),
    u2(0),
    members(parts.fields ?? []),
    members(parts.methods ?? []),
    signature(parts.signature),
  ]);
  const head = Buffer.from("cafebabe00000041", "hex");
  return Buffer.concat([head, u2(constants.length + 1), ...constants, body]);
}
