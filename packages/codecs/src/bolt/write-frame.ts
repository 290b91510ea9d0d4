import { BOLT_SERIALIZER, BOLT_TYPE } from "./command.ts";
import { BoltFrame } from "./frame.ts";
import { createBoltHead, readBoltHead } from "./head.ts";
import { checkShortLength } from "./short-length.ts";

/** What a frame of Bolt says. Those fields that a layout has no room for are left out. */
export interface BoltFields {
  /** Default 1. */
  readonly protocol?: 1 | 2;
  /** Of v2. Default 2 with a check sum, else 1. */
  readonly version?: 1 | 2;
  /** Of v2: bit 0 of the switch. With version 2, a check sum follows. Default `false`. */
  readonly checksum?: boolean;
  /** One of `BOLT_TYPE`. */
  readonly type: number;
  /** One of `BOLT_COMMAND`. */
  readonly command: number;
  /** Default 1. */
  readonly commandVersion?: number;
  /** Unsigned, 32 bits. */
  readonly id: number;
  /** One of `BOLT_SERIALIZER`, or another byte. Default `hessian`. */
  readonly serializer?: number;
  /** Of a request. Milliseconds; default -1, none. */
  readonly timeoutMs?: number;
  /** Of a response. One of `BOLT_STATUS`; default `success`. */
  readonly status?: number;
  /** UTF-8 once it is written. Default empty. */
  readonly className?: string;
  /** A header map, as `writeBoltHeaders` gives it. Default empty. */
  readonly headers?: Buffer;
  /** Not copied. Default empty. */
  readonly content?: Buffer;
}

const NOTHING = Buffer.alloc(0);

/**
 * @throws {MeshError} `RESOURCE_EXHAUSTED` for a class name or a header map over 32,767 bytes.
 * @throws {RangeError} for a number that does not fit its field.
 */
export function writeBoltFrame(fields: BoltFields): BoltFrame {
  const front = writeFront(fields);
  const head = createBoltHead();
  readBoltHead(front, 0, head);
  const { headLength, classLength, headersLength, contentLength, hasChecksum } = head;
  const content = fields.content ?? front.subarray(front.length);
  const names = { names: front, namesAt: headLength, classLength, headersLength };
  return new BoltFrame({
    ...names,
    front,
    headLength,
    content,
    contentAt: 0,
    contentLength,
    hasChecksum,
    whole: undefined,
  });
}

/** Head, class and header map, in one buffer. */
function writeFront(fields: BoltFields): Buffer {
  const { protocol = 1, checksum = false, className = "", headers = NOTHING, content = NOTHING } = fields;
  const classLength = Buffer.byteLength(className);
  checkShortLength("class name", classLength);
  checkShortLength("header map", headers.length);
  const isResponse = fields.type === BOLT_TYPE.response;
  const headLength = (protocol === 2 ? 24 : 22) - (isResponse ? 2 : 0);
  const front = Buffer.allocUnsafe(headLength + classLength + headers.length);
  let at = front.writeUInt8(protocol);
  if (protocol === 2) at = front.writeUInt8(fields.version ?? (checksum ? 2 : 1), at);
  at = front.writeUInt8(fields.type, at);
  at = front.writeUInt16BE(fields.command, at);
  at = front.writeUInt8(fields.commandVersion ?? 1, at);
  at = front.writeUInt32BE(fields.id >>> 0, at);
  at = front.writeUInt8(fields.serializer ?? BOLT_SERIALIZER.hessian, at);
  if (protocol === 2) at = front.writeUInt8(checksum ? 1 : 0, at);
  at = isResponse
    ? front.writeUInt16BE(fields.status ?? 0, at)
    : front.writeInt32BE(fields.timeoutMs ?? -1, at);
  at = front.writeUInt16BE(classLength, at);
  at = front.writeUInt16BE(headers.length, at);
  at = front.writeUInt32BE(content.length, at);
  at += front.write(className, at);
  headers.copy(front, at);
  return front;
}
