import type { JavaTypeRef } from "../java-type-model.ts";
import { readAttributes } from "./attributes.ts";
import type { ClassBytes } from "./class-bytes.ts";
import type { ConstantPool } from "./constant-pool.ts";

const SYNTHETIC = 0x1000;
const MANDATED = 0x8000;

/**
 * The names of a method's parameters: from `javac -parameters`, or from `javac -g` where the method has a body, else `arg0`
 * and so on, as Java's own reflection has them.
 */
export function parameterNames(
  attributes: ReadonlyMap<string, ClassBytes>,
  pool: ConstantPool,
  parameters: readonly JavaTypeRef[],
): string[] {
  const declared = attributes.get("MethodParameters");
  const named = declared === undefined ? [] : fromMethodParameters(declared, pool);
  const code = attributes.get("Code");
  const local = code === undefined ? new Map<number, string>() : fromCode(code, pool);
  let slot = 1;
  return parameters.map((type, at) => {
    const name = named.length === parameters.length ? named[at] : local.get(slot);
    slot += type.kind === "primitive" && (type.name === "long" || type.name === "double") ? 2 : 1;
    return name === undefined || name === "" ? `arg${at}` : name;
  });
}

/** @see JVM specification, section 4.7.24 */
function fromMethodParameters(bytes: ClassBytes, pool: ConstantPool): string[] {
  const names: string[] = [];
  for (let left = bytes.u1(); left > 0; left--) {
    const index = bytes.u2();
    const isOwn = (bytes.u2() & (SYNTHETIC | MANDATED)) === 0;
    if (isOwn) names.push(index === 0 ? "" : pool.text(index));
  }
  return names;
}

/** Names by slot; slot 0 is `this`. @see JVM specification, sections 4.7.3 and 4.7.13 */
function fromCode(bytes: ClassBytes, pool: ConstantPool): Map<number, string> {
  const names = new Map<number, string>();
  bytes.skip(4);
  bytes.skip(bytes.u4());
  bytes.skip(8 * bytes.u2());
  const table = readAttributes(bytes, pool).get("LocalVariableTable");
  if (table === undefined) return names;
  for (let left = table.u2(); left > 0; left--) {
    const start = table.u2();
    table.skip(2);
    const name = pool.text(table.u2());
    table.skip(2);
    const slot = table.u2();
    // A slot may be used again further down: the parameter is the one that is there from the start.
    if (start === 0) names.set(slot, name);
  }
  return names;
}
