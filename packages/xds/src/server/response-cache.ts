import { contentHash } from "./content-hash.ts";

/** One response, encoded whole: the same bytes go to every stream that needs them. */
export interface EncodedResponse {
  readonly bytes: Uint8Array;
  /** Part of the bytes. Grows with every encoding, so that it is new on each stream. */
  readonly nonce: number;
}

/** Responses made of one table, by what is in them. */
export interface ResponseCache {
  /**
   * The response under this {@link responseKey}.
   *
   * @param afterNonce the last nonce of the stream: a response that is older than that is encoded anew.
   */
  get(key: string, afterNonce: number, encode: () => EncodedResponse): EncodedResponse;
}

/** Clients that each ask for another set would fill the memory with copies. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_ENTRIES = 1_000;

/** Gives up the oldest entries over 32 MiB or 1,000; the newest is always kept. */
export function createResponseCache(): ResponseCache {
  const entries = new Map<string, EncodedResponse>();
  let size = 0;
  return {
    get(key, afterNonce, encode) {
      const found = entries.get(key);
      if (found !== undefined && found.nonce > afterNonce) return found;
      if (found !== undefined) {
        entries.delete(key);
        size -= found.bytes.length;
      }
      const made = encode();
      entries.set(key, made);
      size += made.bytes.length;
      for (const [oldKey, old] of entries) {
        if ((size <= MAX_BYTES && entries.size <= MAX_ENTRIES) || old === made) break;
        entries.delete(oldKey);
        size -= old.bytes.length;
      }
      return made;
    },
  };
}

/**
 * What tells responses of one table apart: their kind and their lists of names (`undefined`: all that the table has), in
 * order.
 */
export function responseKey(kind: string, ...lists: readonly (readonly string[] | undefined)[]): string {
  const listed = lists.map(listKey).join("");
  return `${kind}\n${listed.length > 256 ? contentHash(listed) : listed}`;
}

/** Names may hold any character but are told apart by their length in front, and lists by their number of names. */
function listKey(names: readonly string[] | undefined): string {
  if (names === undefined) return "*";
  return `${names.length}[${names.map((name) => `${name.length}:${name}`).join("")}`;
}
