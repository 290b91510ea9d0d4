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
   * The response with these resources (`undefined`: all of them).
   *
   * @param afterNonce the last nonce of the stream: a response that is older than that is encoded anew.
   */
  get(
    typeUrl: string,
    names: readonly string[] | undefined,
    afterNonce: number,
    encode: () => EncodedResponse,
  ): EncodedResponse;
}

/** Clients that each ask for another set would fill the memory with copies. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_ENTRIES = 1_000;

/** Gives up the oldest entries over 32 MiB or 1,000; the newest is always kept. */
export function createResponseCache(): ResponseCache {
  const entries = new Map<string, EncodedResponse>();
  let size = 0;
  return {
    get(typeUrl, names, afterNonce, encode) {
      const key = keyOf(typeUrl, names);
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

function keyOf(typeUrl: string, names: readonly string[] | undefined): string {
  if (names === undefined) return `*${typeUrl}`;
  // Names may hold any character but are told apart by their length in front.
  const listed = names.map((name) => `${name.length}:${name}`).join("");
  return `${typeUrl}\n${listed.length > 256 ? contentHash(listed) : listed}`;
}
