import type { ClassBytes } from "./class-bytes.ts";
import type { ConstantPool } from "./constant-pool.ts";

/** The attributes of a class, a member or of code, by name. @see JVM specification, section 4.7 */
export function readAttributes(bytes: ClassBytes, pool: ConstantPool): ReadonlyMap<string, ClassBytes> {
  const found = new Map<string, ClassBytes>();
  for (let left = bytes.u2(); left > 0; left--) {
    const name = pool.text(bytes.u2());
    found.set(name, bytes.part(bytes.u4()));
  }
  return found;
}
