import type { HessianDialect } from "../hessian/tags.ts";
import { DecodeError } from "../limits/decode-error.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { dialectOf } from "../tr/connection-id.ts";
import { readTrFrame } from "../tr/frame.ts";
import { createTrHead, readTrHead, TR_HEAD_BYTES } from "../tr/head.ts";
import { addText, explainHessian } from "./explain-parts.ts";
import type { HessianNotation } from "./hessian-notation.ts";
import { readNotation, writeNotation } from "./notation-bytes.ts";
import type { Spans } from "./span.ts";

/** Every field of a frame of TR. */
export interface TrNotation {
  readonly request: boolean;
  readonly serializer: number;
  /** 1 one-way, 2 two-way. */
  readonly direction: number;
  /** Unsigned, 64 bits, decimal; it stands in the connection object. */
  readonly id: string;
  readonly connection: readonly HessianNotation[];
  readonly class: string;
  readonly contentLength: number;
  /** The values of a content in Hessian. */
  readonly content?: readonly HessianNotation[];
  /** Any other content. */
  readonly contentHex?: string;
}

/** @throws {DecodeError} for bytes that are not one frame. */
export function readTrNotation(bytes: Buffer, limits: DecodeLimits): TrNotation {
  const frame = readTrFrame(bytes, limits);
  const head = createTrHead();
  readTrHead(bytes, 0, head);
  const classAt = TR_HEAD_BYTES + head.connectionLength;
  const connection = bytes.subarray(TR_HEAD_BYTES, classAt);
  return {
    request: !head.isResponse,
    serializer: head.serializer,
    direction: head.direction,
    id: String((BigInt(frame.idHigh) << 32n) | BigInt(frame.id)),
    connection: readNotation(dialectOf(connection, 0), connection, limits),
    class: frame.className,
    contentLength: head.contentLength,
    ...contentOf(frame.body, limits),
  };
}

function contentOf(content: Buffer, limits: DecodeLimits): Pick<TrNotation, "content" | "contentHex"> {
  if (content.length > 0) {
    try {
      return { content: readNotation(dialectOf(content, 0), content, limits) };
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }
  return { contentHex: content.toString("hex") };
}

/** In the older dialect, whatever the frame came in. */
export function writeTrNotation(frame: TrNotation): Buffer {
  const connection = writeNotation("sofa-3", frame.connection);
  const content =
    frame.content === undefined
      ? Buffer.from(frame.contentHex ?? "", "hex")
      : writeNotation("sofa-3", frame.content);
  const name = Buffer.from(frame.class);
  const head = Buffer.alloc(TR_HEAD_BYTES);
  head.writeUInt8(0x0d);
  head.writeUInt8(frame.request ? 0 : 1, 1);
  head.writeUInt8(frame.serializer, 2);
  head.writeUInt8(frame.direction, 3);
  head.writeUInt32BE(connection.length, 5);
  head.writeUInt8(name.length, 9);
  head.writeUInt32BE(content.length, 10);
  return Buffer.concat([head, connection, name, content]);
}

/** @throws {DecodeError} for bytes that are not one frame; what was understood is in `spans`. */
export function explainTr(bytes: Buffer, limits: DecodeLimits, spans: Spans): void {
  const frame = readTrFrame(bytes, limits);
  const head = createTrHead();
  readTrHead(bytes, 0, head);
  const classAt = TR_HEAD_BYTES + head.connectionLength;
  const contentAt = classAt + head.classLength;
  spans.add(0, 1, "version 13");
  spans.field(1, head.isResponse ? "response" : "request");
  spans.field(1, `serializer ${head.serializer}`);
  spans.field(1, `direction ${head.direction}`);
  spans.field(1, "reserved");
  spans.field(4, `connection object length ${head.connectionLength}`);
  spans.field(1, `class length ${head.classLength}`);
  spans.field(4, `content length ${head.contentLength}`);
  const dialect = (at: number): HessianDialect => dialectOf(bytes, at);
  explainHessian(dialect(TR_HEAD_BYTES), bytes, TR_HEAD_BYTES, classAt, limits, spans);
  if (head.classLength > 0) addText(bytes, classAt, contentAt, "class", spans);
  if (frame.body.length > 0)
    explainHessian(dialect(contentAt), bytes, contentAt, bytes.length, limits, spans);
}
