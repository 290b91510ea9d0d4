/** One vendor's entry of a `tracestate`. */
export interface TraceStateEntry {
  readonly key: string;
  readonly value: string;
}

const MAX_ENTRIES = 32;

/** A letter or digit, then up to 255 of these. `tenant@vendor` is one of them. */
const KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;
/** Printable ASCII without `,` and `=`, 1 to 256; the last one is no space, since spaces around an entry are dropped. */
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const OPTIONAL_SPACE = /^[ \t]+|[ \t]+$/g;

/**
 * Reads the `tracestate` headers of a message, joined in their order; `undefined` when one entry is malformed or there
 * are more than 32, since then nothing of it may be passed on. Empty entries are allowed, and so are repeated keys.
 *
 * @see W3C Trace Context Level 2, section 3.3
 */
export function parseTracestate(values: readonly string[]): readonly TraceStateEntry[] | undefined {
  const entries: TraceStateEntry[] = [];
  for (const header of values) {
    for (const member of header.split(",")) {
      const text = member.replace(OPTIONAL_SPACE, "");
      if (text === "") continue;
      const equals = text.indexOf("=");
      const key = text.slice(0, equals);
      const value = text.slice(equals + 1);
      if (equals < 0 || !KEY.test(key) || !VALUE.test(value) || entries.length === MAX_ENTRIES)
        return undefined;
      entries.push({ key, value });
    }
  }
  return entries;
}
