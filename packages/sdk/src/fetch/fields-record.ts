import type { Headers } from "@dualmesh/core";

/** Fields in the form of undici and node:http: lower-case names, a list where a name occurs several times. */
export type FieldsRecord = Record<string, string | string[]>;

export function fieldsRecord(headers: Headers): FieldsRecord {
  const record: FieldsRecord = {};
  const flat = headers.flat();
  for (let i = 0; i < flat.length; i += 2) {
    const name = (flat[i] as string).toLowerCase();
    const value = flat[i + 1] as string;
    const before = Object.hasOwn(record, name) ? record[name] : undefined;
    if (before === undefined) {
      // Assigning to it would set the prototype.
      if (name === "__proto__")
        Object.defineProperty(record, name, { value, enumerable: true, writable: true });
      else record[name] = value;
    } else if (typeof before === "string") record[name] = [before, value];
    else before.push(value);
  }
  return record;
}
