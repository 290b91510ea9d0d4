import { type BoltHeader, readBoltHeaders, writeBoltHeaders } from "../bolt/header-map.ts";
import type { HessianProfileName } from "../hessian/profile.ts";
import { DecodeError } from "../limits/decode-error.ts";
import { type DecodeLimits, decodeLimits } from "../limits/decode-limits.ts";
import {
  type BoltNotation,
  explainBolt,
  explainHeaderMap,
  readBoltNotation,
  writeBoltNotation,
} from "./bolt-notation.ts";
import { type DubboNotation, explainDubbo, readDubboNotation, writeDubboNotation } from "./dubbo-notation.ts";
import type { HessianNotation } from "./hessian-notation.ts";
import { HessianExplainer } from "./hessian-spans.ts";
import { explainHttp1, type Http1Notation, readHttp1Notation } from "./http1-notation.ts";
import { readNotation, writeNotation } from "./notation-bytes.ts";
import { type Span, Spans } from "./span.ts";
import { explainTr, readTrNotation, type TrNotation, writeTrNotation } from "./tr-notation.ts";
import type { WireFormat } from "./wire-format.ts";

/** Bytes as JSON: `values` of Hessian, `pairs` of a header map, the `frame` of a protocol. */
export type WireNotation =
  | { readonly values: readonly HessianNotation[] }
  | { readonly pairs: readonly BoltHeader[] }
  | { readonly frame: BoltNotation | DubboNotation | TrNotation | Http1Notation };

/** What is looked at by people may be deeper, and have more headers, than what a service takes. */
const LIMITS: DecodeLimits = decodeLimits({
  maxDepth: 1_000,
  maxHeaders: 65_536,
  maxBytes: 64 * 1024 * 1024,
});

/**
 * Says what bytes are, each with all of its fields.
 *
 * ```ts
 * import { readWire } from "@dualmesh/codecs/explain";
 *
 * console.log(JSON.stringify(readWire("hessian-4", Buffer.from("7a9054", "hex"))));
 * // => {"values":[{"t":"list","id":0,"type":null,"v":[{"t":"int","v":0},{"t":"bool","v":true}]}]}
 * ```
 * @param bytes All of them are to be one frame, or values.
 * @throws {DecodeError} for bytes that are not valid, or not complete.
 */
export function readWire(format: WireFormat, bytes: Buffer, limits: DecodeLimits = LIMITS): WireNotation {
  switch (format) {
    case "hessian-3":
      return { values: readNotation("3", bytes, limits) };
    case "hessian-4":
      return { values: readNotation("4", bytes, limits) };
    case "bolt":
      return { frame: readBoltNotation(bytes, limits) };
    case "bolt-header-map":
      return { pairs: readBoltHeaders(bytes, limits.maxHeaders) };
    case "dubbo":
      return { frame: readDubboNotation(bytes, limits) };
    case "tr":
      return { frame: readTrNotation(bytes, limits) };
    case "http1":
      return { frame: readHttp1Notation(bytes) };
    default:
      throw new RangeError(`nobody knows a format "${format satisfies never}"`);
  }
}

/**
 * The bytes of what {@link readWire} gave: the same, where their writer was canonical.
 *
 * @param profile The library whose choices are made in Hessian. Default `sofa-3` in dialect 3, `dubbo-3` in dialect 4.
 * @throws {TypeError} for a notation of another format, and for HTTP, which has too many forms to be written back.
 */
export function writeWire(format: WireFormat, notation: WireNotation, profile?: HessianProfileName): Buffer {
  if (format === "hessian-3" || format === "hessian-4") {
    if (!("values" in notation)) throw new TypeError('expected { "values": … }');
    return writeNotation(profile ?? (format === "hessian-3" ? "sofa-3" : "dubbo-3"), notation.values);
  }
  if (format === "bolt-header-map") {
    if (!("pairs" in notation)) throw new TypeError('expected { "pairs": … }');
    return writeBoltHeaders(notation.pairs);
  }
  if (!("frame" in notation)) throw new TypeError('expected { "frame": … }');
  switch (format) {
    case "bolt":
      return writeBoltNotation(notation.frame as BoltNotation);
    case "dubbo":
      return writeDubboNotation(notation.frame as DubboNotation, profile);
    case "tr":
      return writeTrNotation(notation.frame as TrNotation);
    case "http1":
      throw new TypeError("http1: a message is not written back; its bytes are text already");
    default:
      throw new RangeError(`nobody knows a format "${format satisfies never}"`);
  }
}

/** What every byte is, as far as they could be understood, and why it was no further. */
export interface Explanation {
  readonly spans: readonly Span[];
  readonly error: DecodeError | undefined;
}

/** Explains every byte. */
export function explainWire(format: WireFormat, bytes: Buffer, limits: DecodeLimits = LIMITS): Explanation {
  const spans = new Spans();
  try {
    explainInto(format, bytes, limits, spans);
    return { spans: spans.list, error: undefined };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { spans: spans.list, error };
  }
}

function explainInto(format: WireFormat, bytes: Buffer, limits: DecodeLimits, spans: Spans): void {
  switch (format) {
    case "hessian-3":
    case "hessian-4":
      new HessianExplainer(format === "hessian-3" ? "3" : "4", limits, spans).explain(bytes, 0, bytes.length);
      break;
    case "bolt":
      explainBolt(bytes, limits, spans);
      break;
    case "bolt-header-map":
      explainHeaderMap(bytes, 0, bytes.length, limits, spans);
      break;
    case "dubbo":
      explainDubbo(bytes, limits, spans);
      break;
    case "tr":
      explainTr(bytes, limits, spans);
      break;
    case "http1":
      explainHttp1(bytes, spans);
      break;
    default:
      throw new RangeError(`nobody knows a format "${format satisfies never}"`);
  }
}
