import { DecodeError } from "../limits/decode-error.ts";

/** The fixed part of a frame. A plain record that is written over, so that reading one allocates nothing. */
export interface TrHead {
  isResponse: boolean;
  /** One of `TR_SERIALIZER`, or another byte. */
  serializer: number;
  /** Of a request: 1 one-way, 2 two-way. */
  direction: number;
  /** Bytes of the connection object, of the class name, and of the application's object, in the order of the wire. */
  connectionLength: number;
  classLength: number;
  contentLength: number;
}

/** How both objects are written. Only those of Hessian are read here: the id of a frame stands in the first of them. */
export const TR_SERIALIZER = {
  hessian: 1,
  java: 2,
  top: 3,
  hessian2: 4,
} as const;

export const TR_HEAD_BYTES = 14;

const VERSION = 0x0d;
export const ONEWAY = 1;

/** A record for {@link readTrHead}. */
export function createTrHead(): TrHead {
  return {
    isResponse: false,
    serializer: 0,
    direction: 0,
    connectionLength: 0,
    classLength: 0,
    contentLength: 0,
  };
}

/**
 * Reads the head of the frame that begins at `at`.
 *
 * ```text
 * 0d | 0 request, 1 response | serializer | 1 one-way, 2 two-way | reserved | connection 4 | class 1 | content 4
 * ```
 * @param head Is written over; its fields mean nothing after 0 or an error.
 * @param end Where the bytes that have come end. Default: the end of `bytes`.
 * @returns The length of the frame with its head; 0 while the head is not complete.
 * @throws {DecodeError} `INVALID_ARGUMENT` for another version, another flag, and a serializer that is not Hessian.
 * @see mosn.io/mosn, pkg/protocol/sofarpc, before July 2018
 */
export function readTrHead(bytes: Buffer, at: number, head: TrHead, end: number = bytes.length): number {
  if (at < end && bytes[at] !== VERSION) refuse(`version ${bytes[at]} is none; expected 13`, 0);
  if (end - at < TR_HEAD_BYTES) return 0;
  const flag = bytes[at + 1] as number;
  const serializer = bytes[at + 2] as number;
  if (flag > 1) refuse(`flag ${flag} is none; expected 0 or 1`, 1);
  if (serializer !== TR_SERIALIZER.hessian && serializer !== TR_SERIALIZER.hessian2) {
    refuse(`its id cannot be read by serializer ${serializer}; expected 1 or 4`, 2);
  }
  head.isResponse = flag === 1;
  head.serializer = serializer;
  head.direction = bytes[at + 3] as number;
  head.connectionLength = bytes.readUInt32BE(at + 5);
  head.classLength = bytes[at + 9] as number;
  head.contentLength = bytes.readUInt32BE(at + 10);
  return TR_HEAD_BYTES + head.connectionLength + head.classLength + head.contentLength;
}

function refuse(what: string, offset: number): never {
  throw new DecodeError("INVALID_ARGUMENT", `tr frame: ${what}`, offset);
}
