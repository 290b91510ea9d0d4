import type { TableResource } from "./resource-table.ts";

export interface ResponseParts {
  readonly version: string;
  readonly typeUrl: string;
  readonly nonce: string;
  /** Who answers; empty for nobody. */
  readonly controlPlane: string;
  readonly resources: readonly TableResource[];
}

// Field number × 8 + wire type 2 (length-delimited).
const VERSION_INFO = 10;
const RESOURCES = 18;
const TYPE_URL = 34;
const NONCE = 42;
const CONTROL_PLANE = 50;
const CONTROL_PLANE_IDENTIFIER = 10;

/**
 * Writes a `DiscoveryResponse` around resources that are encoded already: no decoding, one allocation of the exact size.
 *
 * @see envoy.service.discovery.v3.DiscoveryResponse
 */
export function encodeResponse(parts: ResponseParts): Uint8Array {
  const { version, typeUrl, nonce, controlPlane, resources } = parts;
  const identifier = controlPlane === "" ? 0 : fieldSize(Buffer.byteLength(controlPlane));
  let size = stringSize(version) + stringSize(typeUrl) + stringSize(nonce);
  if (identifier > 0) size += fieldSize(identifier);
  for (const { any } of resources) size += fieldSize(any.length);
  const bytes = Buffer.allocUnsafe(size);
  let at = writeString(bytes, 0, VERSION_INFO, version);
  for (const { any } of resources) {
    at = writeHead(bytes, at, RESOURCES, any.length);
    bytes.set(any, at);
    at += any.length;
  }
  at = writeString(bytes, at, TYPE_URL, typeUrl);
  at = writeString(bytes, at, NONCE, nonce);
  if (identifier > 0) {
    at = writeHead(bytes, at, CONTROL_PLANE, identifier);
    writeString(bytes, at, CONTROL_PLANE_IDENTIFIER, controlPlane);
  }
  return bytes;
}

/** A field of so many bytes with its tag and length. All tags here take one byte. */
function fieldSize(length: number): number {
  let size = 2 + length;
  for (let rest = length >>> 7; rest > 0; rest >>>= 7) size++;
  return size;
}

/** proto3 leaves out what is empty. */
function stringSize(text: string): number {
  return text === "" ? 0 : fieldSize(Buffer.byteLength(text));
}

function writeString(bytes: Buffer, at: number, tag: number, text: string): number {
  if (text === "") return at;
  const start = writeHead(bytes, at, tag, Buffer.byteLength(text));
  return start + bytes.write(text, start);
}

function writeHead(bytes: Buffer, at: number, tag: number, length: number): number {
  let next = bytes.writeUInt8(tag, at);
  let rest = length;
  while (rest > 0x7f) {
    next = bytes.writeUInt8((rest & 0x7f) | 0x80, next);
    rest >>>= 7;
  }
  return bytes.writeUInt8(rest, next);
}
