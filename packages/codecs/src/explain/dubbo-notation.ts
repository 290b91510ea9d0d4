import { type DubboFrame, readDubboFrame } from "../dubbo/frame.ts";
import { createDubboHead, DUBBO_HEAD_BYTES, readDubboHead } from "../dubbo/head.ts";
import { DUBBO_SERIALIZATION } from "../dubbo/serialization.ts";
import { writeDubboFrame } from "../dubbo/write-frame.ts";
import type { HessianProfileName } from "../hessian/profile.ts";
import { DecodeError } from "../limits/decode-error.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { explainHessian } from "./explain-parts.ts";
import type { HessianNotation } from "./hessian-notation.ts";
import { readNotation, writeNotation } from "./notation-bytes.ts";
import type { Spans } from "./span.ts";

/** Every field of a frame of Dubbo. */
export interface DubboNotation {
  readonly request: boolean;
  readonly twoWay: boolean;
  readonly event: boolean;
  readonly serialization: number;
  readonly status: number;
  /** Unsigned, 64 bits, decimal. */
  readonly id: string;
  readonly bodyLength: number;
  /** The values of a body in Hessian. */
  readonly body?: readonly HessianNotation[];
  /** Any other body. */
  readonly bodyHex?: string;
}

/** Those that are somebody's. */
const SERIALIZATIONS: ReadonlySet<number> = new Set<number>(
  Object.values(DUBBO_SERIALIZATION).filter((id) => id !== DUBBO_SERIALIZATION.custom),
);

/** @throws {DecodeError} for bytes that are not one frame, or whose body is not what the head says. */
export function readDubboNotation(bytes: Buffer, limits: DecodeLimits): DubboNotation {
  const frame = readDubboFrame(bytes, limits);
  const head = createDubboHead();
  readDubboHead(bytes, 0, head);
  if (!SERIALIZATIONS.has(frame.serialization)) {
    const what = `nobody knows a serialization ${frame.serialization}`;
    throw new DecodeError("INVALID_ARGUMENT", `dubbo frame: ${what}`, 2);
  }
  readTexts(frame);
  const body = bytes.subarray(DUBBO_HEAD_BYTES);
  return {
    request: head.isRequest,
    twoWay: head.isTwoWay,
    event: head.isEvent,
    serialization: frame.serialization,
    status: bytes[3] as number,
    id: String((BigInt(frame.idHigh) << 32n) | BigInt(frame.id)),
    bodyLength: head.bodyLength,
    ...(frame.serialization === DUBBO_SERIALIZATION.hessian2
      ? { body: readNotation("4", body, limits) }
      : { bodyHex: body.toString("hex") }),
  };
}

/** Reads what a frame finds only when it is asked: service, descriptor, attachments, the text of an error. */
function readTexts(frame: DubboFrame): readonly string[] {
  return [frame.message, ...[...frame.headers()].flat()];
}

export function writeDubboNotation(frame: DubboNotation, profile: HessianProfileName = "dubbo-3"): Buffer {
  const id = BigInt(frame.id);
  const body =
    frame.body === undefined ? Buffer.from(frame.bodyHex ?? "", "hex") : writeNotation(profile, frame.body);
  const { bytes } = writeDubboFrame({
    isRequest: frame.request,
    isTwoWay: frame.twoWay,
    isEvent: frame.event,
    serialization: frame.serialization,
    status: frame.status,
    id: Number(id & 0xffffffffn),
    idHigh: Number(id >> 32n),
    body,
  });
  return Buffer.concat(bytes);
}

/** @throws {DecodeError} for bytes that are not one frame; what was understood is in `spans`. */
export function explainDubbo(bytes: Buffer, limits: DecodeLimits, spans: Spans): void {
  const head = createDubboHead();
  const length = readDubboHead(bytes, 0, head);
  if (length === 0) readDubboFrame(bytes, limits);
  const kinds = [
    head.isRequest ? "request" : "response",
    head.isTwoWay ? "two-way" : "",
    head.isEvent ? "event" : "",
  ];
  spans.add(0, 2, "magic");
  spans.field(1, `${kinds.filter((kind) => kind !== "").join(", ")}, serialization ${head.serialization}`);
  spans.field(1, `status ${bytes[3]}`);
  spans.field(8, `id ${(BigInt(head.idHigh) << 32n) | BigInt(head.id)}`);
  spans.field(4, `body length ${head.bodyLength}`);
  // Of a frame that was cut off, as captures are, its head is told.
  readDubboFrame(bytes, limits);
  if (head.bodyLength === 0) return;
  if (head.serialization !== DUBBO_SERIALIZATION.hessian2) spans.field(head.bodyLength, "body");
  else explainHessian("4", bytes, DUBBO_HEAD_BYTES, bytes.length, limits, spans);
}
