import { crc32 } from "node:zlib";
import { BOLT_SERIALIZER, BOLT_TYPE } from "../bolt/command.ts";
import { createBoltHead, readBoltHead } from "../bolt/head.ts";
import { type BoltHeader, readBoltHeaders, writeBoltHeaders } from "../bolt/header-map.ts";
import { readBoltFrame } from "../bolt/read-frame.ts";
import { writeBoltFrame } from "../bolt/write-frame.ts";
import { DecodeError } from "../limits/decode-error.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { addText, explainHessian } from "./explain-parts.ts";
import type { HessianNotation } from "./hessian-notation.ts";
import { readNotation, writeNotation } from "./notation-bytes.ts";
import type { Spans } from "./span.ts";

/** Every field of a frame of Bolt. Numbers are those of the wire. */
export interface BoltNotation {
  readonly proto: number;
  /** Of v2. */
  readonly ver1?: number;
  readonly type: number;
  readonly cmdCode: number;
  readonly ver2: number;
  readonly requestId: number;
  readonly codec: number;
  /** Of v2. */
  readonly switch?: number;
  /** Of a response. */
  readonly status?: number;
  /** Of a request: milliseconds. */
  readonly timeout?: number;
  readonly class: string;
  readonly header: readonly BoltHeader[];
  readonly contentLength: number;
  /** The values of a content in Hessian. */
  readonly content?: readonly HessianNotation[];
  /** Any other content. */
  readonly contentHex?: string;
  /** 8 hexadecimal digits, where there is one. */
  readonly crc?: string;
}

/** @throws {DecodeError} for bytes that are not one frame. */
export function readBoltNotation(bytes: Buffer, limits: DecodeLimits): BoltNotation {
  const frame = readBoltFrame(bytes, limits);
  const head = createBoltHead();
  readBoltHead(bytes, 0, head);
  const classAt = head.headLength;
  const headersAt = classAt + head.classLength;
  const contentAt = headersAt + head.headersLength;
  const isV2 = head.protocol === 2;
  return {
    proto: head.protocol,
    ...(isV2 && { ver1: head.version }),
    type: head.type,
    cmdCode: head.command,
    ver2: head.commandVersion,
    requestId: frame.id,
    codec: head.serializer,
    ...(isV2 && { switch: head.switch }),
    ...(head.type === BOLT_TYPE.response ? { status: head.status } : { timeout: head.timeoutMs }),
    class: bytes.toString("utf8", classAt, headersAt),
    header: readBoltHeaders(bytes.subarray(headersAt, contentAt), limits.maxHeaders),
    contentLength: head.contentLength,
    ...contentOf(bytes.subarray(contentAt, contentAt + head.contentLength), head.serializer, limits),
    ...(head.hasChecksum && { crc: bytes.toString("hex", bytes.length - 4) }),
  };
}

/** A frame carries what it likes: content that says it is Hessian and is none is shown as it is. */
function contentOf(
  content: Buffer,
  serializer: number,
  limits: DecodeLimits,
): Pick<BoltNotation, "content" | "contentHex"> {
  if (serializer === BOLT_SERIALIZER.hessian && content.length > 0) {
    try {
      return { content: readNotation("3", content, limits) };
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }
  return { contentHex: content.toString("hex") };
}

/** Those that all frames have. The length of the content, and the check sum, are counted anew. */
const REQUIRED = ["proto", "type", "cmdCode", "ver2", "requestId", "codec", "class", "header"] as const;

/**
 * @throws {MeshError} for a class name or a header map that is too long.
 * @throws {RangeError} for a field that is missing: notations are typed by hand, too.
 */
export function writeBoltNotation(frame: BoltNotation): Buffer {
  const missing = REQUIRED.find((name) => frame[name] === undefined);
  if (missing !== undefined) throw new RangeError(`frame.${missing} is missing`);
  const content =
    frame.content === undefined
      ? Buffer.from(frame.contentHex ?? "", "hex")
      : writeNotation("sofa-3", frame.content);
  const { bytes } = writeBoltFrame({
    protocol: frame.proto === 2 ? 2 : 1,
    ...(frame.proto === 2 && { version: frame.ver1 === 2 ? 2 : 1, checksum: frame.switch === 1 }),
    type: frame.type,
    command: frame.cmdCode,
    commandVersion: frame.ver2,
    id: frame.requestId,
    serializer: frame.codec,
    ...(frame.timeout !== undefined && { timeoutMs: frame.timeout }),
    ...(frame.status !== undefined && { status: frame.status }),
    className: frame.class,
    headers: writeBoltHeaders(frame.header),
    content,
  });
  return Buffer.concat(bytes);
}

/** @throws {DecodeError} for bytes that are not one frame; what was understood is in `spans`. */
export function explainBolt(bytes: Buffer, limits: DecodeLimits, spans: Spans): void {
  const head = createBoltHead();
  const length = readBoltHead(bytes, 0, head);
  if (length === 0) readBoltFrame(bytes, limits);
  spans.add(0, 1, `proto ${head.protocol}`);
  if (head.protocol === 2) spans.field(1, `ver1 ${head.version}`);
  spans.field(1, `type ${head.type}, ${nameOf(BOLT_TYPE, head.type)}`);
  spans.field(2, `cmdCode ${head.command}`);
  spans.field(1, `ver2 ${head.commandVersion}`);
  spans.field(4, `requestId ${head.id}`);
  spans.field(1, `codec ${head.serializer}, ${nameOf(BOLT_SERIALIZER, head.serializer)}`);
  if (head.protocol === 2) spans.field(1, `switch ${head.switch}${head.hasChecksum ? ", CRC" : ""}`);
  if (head.type === BOLT_TYPE.response) spans.field(2, `status ${head.status}`);
  else spans.field(4, `timeout ${head.timeoutMs} ms`);
  spans.field(2, `class length ${head.classLength}`);
  spans.field(2, `header length ${head.headersLength}`);
  spans.field(4, `content length ${head.contentLength}`);
  // Of a frame that was cut off, as captures are, its head is told.
  if (length !== bytes.length) readBoltFrame(bytes, limits);
  const headersAt = head.headLength + head.classLength;
  const contentAt = headersAt + head.headersLength;
  const contentEnd = contentAt + head.contentLength;
  if (head.classLength > 0) addText(bytes, head.headLength, headersAt, "class", spans);
  explainHeaderMap(bytes, headersAt, contentAt, limits, spans);
  if (head.contentLength > 0) {
    if (head.serializer === BOLT_SERIALIZER.hessian)
      explainHessian("3", bytes, contentAt, contentEnd, limits, spans);
    else spans.add(contentAt, head.contentLength, "content");
  }
  if (!head.hasChecksum) return;
  const computed = crc32(bytes.subarray(0, contentEnd));
  const isRight = bytes.readUInt32BE(contentEnd) === computed;
  spans.add(
    contentEnd,
    4,
    isRight ? "CRC-32" : `CRC-32, and ${computed.toString(16).padStart(8, "0")} is right`,
  );
}

/** @throws {DecodeError} for a map that does not end where it should. */
export function explainHeaderMap(
  bytes: Buffer,
  from: number,
  to: number,
  limits: DecodeLimits,
  spans: Spans,
): void {
  // It is checked as a whole first, so that what follows needs no look at lengths.
  readBoltHeaders(bytes.subarray(from, to), limits.maxHeaders);
  for (let at = from, isName = true; at < to; isName = !isName) {
    const length = bytes.readInt32BE(at);
    const end = at + 4 + Math.max(length, 0);
    const what = isName ? "header" : "its value";
    if (length < 0) spans.add(at, 4, `${what}: null`);
    else addText(bytes, at, end, what, spans, 4);
    at = end;
  }
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  return Object.keys(names).find((name) => names[name] === value) ?? "unknown";
}
