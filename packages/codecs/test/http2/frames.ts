import { ErrorCode } from "../../src/http2/error-code.ts";
import { FrameType } from "../../src/http2/frame.ts";

export const END_STREAM = 1;
export const END_HEADERS = 4;
export const PADDED = 8;
export const PRIORITY = 0x20;

/** A frame, whatever it says. */
export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array = Buffer.of(),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}

/** A block of literals, which no table remembers, without Huffman's code. */
export function block(fields: Readonly<Record<string, string>> | readonly string[]): Buffer {
  const flat = Array.isArray(fields) ? (fields as string[]) : Object.entries(fields).flat();
  const bytes: number[] = [];
  for (const [i, text] of flat.entries()) {
    if (i % 2 === 0) bytes.push(0);
    // RFC 7541, section 5.1, with a prefix of 7 bits.
    if (text.length < 127) bytes.push(text.length);
    else {
      bytes.push(127);
      let rest = text.length - 127;
      for (; rest >= 128; rest >>= 7) bytes.push((rest & 127) | 128);
      bytes.push(rest);
    }
    bytes.push(...Buffer.from(text, "latin1"));
  }
  return Buffer.from(bytes);
}

export const settings = (...values: (readonly [id: number, value: number])[]): Buffer => {
  const payload = Buffer.alloc(6 * values.length);
  for (const [i, [id, value]] of values.entries()) {
    payload.writeUInt16BE(id, 6 * i);
    payload.writeUInt32BE(value, 6 * i + 2);
  }
  return frame(FrameType.SETTINGS, 0, 0, payload);
};

export const headers = (
  stream: number,
  fields: Readonly<Record<string, string>> | readonly string[],
  flags = 0,
): Buffer => frame(FrameType.HEADERS, END_HEADERS | flags, stream, block(fields));

export const data = (stream: number, text: string, flags = 0): Buffer =>
  frame(FrameType.DATA, flags, stream, Buffer.from(text, "latin1"));

export const rstStream = (stream: number, code: number): Buffer =>
  frame(FrameType.RST_STREAM, 0, stream, numbers(code));

export const windowUpdate = (stream: number, bytes: number): Buffer =>
  frame(FrameType.WINDOW_UPDATE, 0, stream, numbers(bytes));

export const goaway = (last: number, code: number = ErrorCode.NO_ERROR): Buffer =>
  frame(FrameType.GOAWAY, 0, 0, numbers(last, code));

export const ping = (flags = 0): Buffer => frame(FrameType.PING, flags, 0, Buffer.from("12345678"));

const NAMES = Object.keys(FrameType);
const CODES = Object.keys(ErrorCode);

/** A frame that was written, in one line: `RST_STREAM 1 CANCEL`. */
export function describeFrame(bytes: Buffer): string {
  const type = bytes[3] as number;
  const flags = bytes[4] as number;
  const payload = bytes.subarray(9);
  const subject = `${NAMES[type]} ${bytes.readUInt32BE(5)}`;
  switch (type) {
    case FrameType.RST_STREAM:
      return `${subject} ${CODES[payload.readUInt32BE(0)]}`;
    case FrameType.GOAWAY:
      return `${subject} ${CODES[payload.readUInt32BE(4)]}`;
    case FrameType.WINDOW_UPDATE:
      return `${subject} +${payload.readUInt32BE(0)}`;
    case FrameType.SETTINGS:
    case FrameType.PING:
      return (flags & 1) === 0 ? subject : `${subject} ack`;
    default:
      return `${subject} ${payload.length} bytes${(flags & END_STREAM) === 0 ? "" : ", end"}`;
  }
}

/** Bytes of whole frames, one by one. */
export function splitFrames(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    frames.push(bytes.subarray(at, end));
    at = end;
  }
  return frames;
}
