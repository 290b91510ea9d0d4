import { DecodeError } from "../limits/decode-error.ts";

/** The fixed part of a frame. A plain record that is written over, so that reading one allocates nothing. */
export interface DubboHead {
  isRequest: boolean;
  /** Whether a request wants an answer. */
  isTwoWay: boolean;
  /** A heartbeat, or what a side says of itself. */
  isEvent: boolean;
  /** One of `DUBBO_SERIALIZATION`, or another of five bits. */
  serialization: number;
  /** Of a response: one of `DUBBO_STATUS`, or another byte. Requests have 0. */
  status: number;
  /** The upper and the lower half of 64 bits, unsigned. Java begins anywhere, beyond 2^63, too. */
  idHigh: number;
  id: number;
  /** Unsigned; what is over 2^31 is negative to Java. */
  bodyLength: number;
}

export const DUBBO_HEAD_BYTES = 16;

// The flags in byte 2.
export const REQUEST = 0x80;
export const TWO_WAY = 0x40;
export const EVENT = 0x20;
export const SERIALIZATION = 0x1f;

const MAGIC_HIGH = 0xda;
const MAGIC_LOW = 0xbb;

/** A record for {@link readDubboHead}. */
export function createDubboHead(): DubboHead {
  return {
    isRequest: false,
    isTwoWay: false,
    isEvent: false,
    serialization: 0,
    status: 0,
    idHigh: 0,
    id: 0,
    bodyLength: 0,
  };
}

/**
 * Reads the head of the frame that begins at `at`.
 *
 * ```text
 * da bb | request 80, two-way 40, event 20, serialization 1f | status | id 8 | body 4
 * ```
 * Java looks for the next magic number where there is none, and hands what it skips to a telnet server: here it is an error.
 *
 * @param head Is written over; its fields mean nothing after 0 or an error.
 * @param end Where the bytes that have come end. Default: the end of `bytes`.
 * @returns The length of the frame with its head; 0 while the head is not complete.
 * @throws {DecodeError} `INVALID_ARGUMENT` for bytes that do not begin as a frame does.
 * @see org.apache.dubbo.remoting.exchange.codec.ExchangeCodec
 */
export function readDubboHead(
  bytes: Buffer,
  at: number,
  head: DubboHead,
  end: number = bytes.length,
): number {
  const isOdd = bytes[at] !== MAGIC_HIGH || bytes[at + 1] !== MAGIC_LOW;
  if (isOdd) checkMagic(bytes, at, end);
  if (end - at < DUBBO_HEAD_BYTES) return 0;
  const flags = bytes[at + 2] as number;
  const bodyLength = uint32(bytes, at + 12);
  head.isRequest = (flags & REQUEST) !== 0;
  head.isTwoWay = (flags & TWO_WAY) !== 0;
  head.isEvent = (flags & EVENT) !== 0;
  head.serialization = flags & SERIALIZATION;
  head.status = bytes[at + 3] as number;
  head.idHigh = uint32(bytes, at + 4);
  head.id = uint32(bytes, at + 8);
  head.bodyLength = bodyLength;
  return DUBBO_HEAD_BYTES + bodyLength;
}

/** Writes the id of a frame where it stands. */
export function writeDubboId(bytes: Buffer, at: number, id: number, idHigh = 0): void {
  writeUint32(bytes, at + 4, idHigh);
  writeUint32(bytes, at + 8, id);
}

export function writeUint32(bytes: Buffer, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

export function uint32(bytes: Buffer, at: number): number {
  const high = ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16);
  return (high | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)) >>> 0;
}

function checkMagic(bytes: Buffer, at: number, end: number): void {
  const found = bytes.subarray(at, Math.min(at + 2, end));
  if (found.length === 0 || (found.length === 1 && found[0] === MAGIC_HIGH)) return;
  if (found[0] === MAGIC_HIGH && found[1] === MAGIC_LOW) return;
  throw new DecodeError(
    "INVALID_ARGUMENT",
    `dubbo frame: it begins with ${found.toString("hex")}, not dabb`,
    0,
  );
}
