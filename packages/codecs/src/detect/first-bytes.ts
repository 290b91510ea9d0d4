/**
 * What the first bytes of a connection say of one protocol: it is that one, it is not, or there are too few of them.
 *
 * A look never reads beyond `bytes`, and an answer other than `more` stays what it is whatever comes behind.
 */
export type FirstBytes = (bytes: Uint8Array) => "yes" | "no" | "more";

/** Bytes that a connection begins with, each of them known. */
export function beginsWith(known: Uint8Array): FirstBytes {
  return (bytes) => {
    const length = Math.min(bytes.length, known.length);
    for (let i = 0; i < length; i++) if (bytes[i] !== known[i]) return "no";
    return length === known.length ? "yes" : "more";
  };
}
