import type { FrameCodec } from "../frame/frame-codec.ts";
import type { FirstBytes } from "./first-bytes.ts";
import { isHttp1, isHttp2 } from "./http.ts";
import { isBolt, isDubbo, isTr } from "./rpc.ts";
import { isTls } from "./tls.ts";

/** The protocols that can be told apart. `h2` is HTTP/2 in the clear. */
export type WireProtocol = "http1" | "h2" | "tls" | "bolt" | "tr" | "dubbo";

/**
 * What the first bytes of a connection say.
 *
 * @typeParam P What was asked for: names, or codecs.
 */
export type Detection<P extends WireProtocol | FrameCodec = WireProtocol> =
  | { readonly kind: "found"; readonly protocol: P }
  /** They fit more than one protocol, or are too few: ask again when there are more. */
  | { readonly kind: "more" }
  /** They are those of none that is allowed. */
  | { readonly kind: "none" };

/** Tells protocols apart by the first bytes of a connection. It holds nothing. */
export interface Detector<P extends WireProtocol | FrameCodec = WireProtocol> {
  /**
   * @param bytes All that has come so far. At most {@link Detector.maxBytes} of them are looked at.
   * @returns Once it is not `more`, it stays the same whatever comes behind.
   */
  detect(bytes: Uint8Array): Detection<P>;
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

const MORE: Detection<never> = Object.freeze({ kind: "more" });
const NONE: Detection<never> = Object.freeze({ kind: "none" });

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
 * A protocol of frames may be given as its codec, which is how one of one's own is told apart:
 *
 * ```ts
 * import { bolt } from "@dualmesh/codecs/bolt";
 * import { createDetector } from "@dualmesh/codecs/detect";
 *
 * const found = createDetector([bolt, "http1"]).detect(Buffer.from("0101000101", "hex"));
 * console.log(found.kind === "found" && found.protocol === bolt); // => true
 * ```
 *
 * @param allowed At least one. Of several that the bytes fit, the first is found; HTTP/2 always.
 * @throws {RangeError} for an empty list, for a name that is none of them, and for a codec that looks at no bytes.
 */
export function createDetector<P extends WireProtocol | FrameCodec>(allowed: readonly P[]): Detector<P> {
  if (allowed.length === 0) throw new RangeError("detector: at least one protocol is allowed, got none");
  const candidates = [...new Set(allowed)].map((protocol) => {
    const [look, maxBytes] = beginningOf(protocol);
    return { look, maxBytes, found: Object.freeze<Detection<P>>({ kind: "found", protocol }) };
  });
  const maxBytes = Math.max(...candidates.map((candidate) => candidate.maxBytes));
  return {
    maxBytes,
    detect(bytes) {
      const first = bytes.length > maxBytes ? bytes.subarray(0, maxBytes) : bytes;
      let found: Detection<P> = NONE;
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

function beginningOf(protocol: WireProtocol | FrameCodec): readonly [look: FirstBytes, maxBytes: number] {
  if (typeof protocol === "string") {
    if (Object.hasOwn(PROTOCOLS, protocol)) return PROTOCOLS[protocol];
    throw new RangeError(`detector: nobody knows a protocol "${protocol}"`);
  }
  const { name, detect, maxDetectBytes } = protocol;
  if (Number.isInteger(maxDetectBytes) && maxDetectBytes >= 1 && maxDetectBytes <= 24)
    return [detect, maxDetectBytes];
  throw new RangeError(`detector: codec "${name}" looks at 1 to 24 bytes, got ${maxDetectBytes}`);
}
