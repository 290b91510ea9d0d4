import type { FirstBytes } from "./first-bytes.ts";
import { isHttp1, isHttp2 } from "./http.ts";
import { isBolt, isDubbo, isTr } from "./rpc.ts";
import { isTls } from "./tls.ts";

/** The protocols that can be told apart. `h2` is HTTP/2 in the clear. */
export type WireProtocol = "http1" | "h2" | "tls" | "bolt" | "tr" | "dubbo";

/** What the first bytes of a connection say. */
export type Detection =
  | { readonly kind: "found"; readonly protocol: WireProtocol }
  /** They fit more than one protocol, or are too few: ask again when there are more. */
  | { readonly kind: "more" }
  /** They are those of none that is allowed. */
  | { readonly kind: "none" };

/** Tells protocols apart by the first bytes of a connection. It holds nothing. */
export interface Detector {
  /**
   * @param bytes All that has come so far. At most {@link Detector.maxBytes} of them are looked at.
   * @returns Once it is not `more`, it stays the same whatever comes behind.
   */
  detect(bytes: Uint8Array): Detection;
  /** So many bytes are always enough. How long they may take is for the caller to say. */
  readonly maxBytes: number;
}

/** How each protocol begins, and the bytes that it takes to be sure. */
const PROTOCOLS: Readonly<Record<WireProtocol, readonly [look: FirstBytes, maxBytes: number]>> = {
  http1: [isHttp1, 9],
  h2: [isHttp2, 24],
  tls: [isTls, 2],
  bolt: [isBolt, 5],
  tr: [isTr, 1],
  dubbo: [isDubbo, 2],
};

const MORE: Detection = Object.freeze({ kind: "more" });
const NONE: Detection = Object.freeze({ kind: "none" });

/**
 * Makes a detector for those protocols that a port may speak.
 *
 * ```ts
 * import { createDetector } from "@dualmesh/codecs/detect";
 *
 * const { detect } = createDetector(["http1", "h2"]);
 * console.log(detect(Buffer.from("PRI "))); // => { kind: 'more' }
 * console.log(detect(Buffer.from("GET / HTTP/1.1"))); // => { kind: 'found', protocol: 'http1' }
 * ```
 *
 * @param allowed At least one; their order does not count.
 * @throws {RangeError} for an empty list, or for a name that is none of them.
 */
export function createDetector(allowed: readonly WireProtocol[]): Detector {
  if (allowed.length === 0) throw new RangeError("detector: at least one protocol is allowed, got none");
  const unknown = allowed.find((name) => !Object.hasOwn(PROTOCOLS, name));
  if (unknown !== undefined) throw new RangeError(`detector: nobody knows a protocol "${unknown}"`);
  const candidates = [...new Set(allowed)].map((protocol) => ({
    look: PROTOCOLS[protocol][0],
    found: Object.freeze({ kind: "found", protocol }) satisfies Detection as Detection,
  }));
  const maxBytes = Math.max(...allowed.map((protocol) => PROTOCOLS[protocol][1]));
  return {
    maxBytes,
    detect(bytes) {
      const first = bytes.length > maxBytes ? bytes.subarray(0, maxBytes) : bytes;
      let found: Detection = NONE;
      for (const candidate of candidates) {
        const answer = candidate.look(first);
        // One that may still be it holds the others back: `PRI ` is a method, too.
        if (answer === "more" && first.length < maxBytes) return MORE;
        if (answer === "yes" && (found === NONE || candidate.look === isHttp2)) found = candidate.found;
      }
      return found;
    },
  };
}
