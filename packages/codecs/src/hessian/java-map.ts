/** A map with what a `Map` would lose: its type, and a key that comes twice. */
export class JavaMap {
  /** As it is on the wire: `java.util.TreeMap`; `null` for a HashMap, which Java writes without. */
  readonly type: string | null;
  readonly entries: (readonly [key: unknown, value: unknown])[];

  constructor(type: string | null, entries: (readonly [key: unknown, value: unknown])[]) {
    this.type = type;
    this.entries = entries;
  }
}

/** The map that a value is, in either of its forms; `undefined` if it is none. */
export function mapOf(value: unknown): Map<unknown, unknown> | undefined {
  if (value instanceof Map) return value;
  return value instanceof JavaMap ? new Map(value.entries) : undefined;
}
