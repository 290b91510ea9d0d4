import type { TableResource } from "./resource-table.ts";
import { fieldSize, stringSize, writeBytes, writeHead, writeString } from "./write-field.ts";

export interface ResponseParts {
  /** Of the table. */
  readonly version: string;
  readonly typeUrl: string;
  readonly nonce: string;
  /** Who answers; empty for nobody. */
  readonly controlPlane: string;
  readonly resources: readonly TableResource[];
}

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
  const identifier = stringSize(controlPlane);
  let size = stringSize(version) + stringSize(typeUrl) + stringSize(nonce);
  if (identifier > 0) size += fieldSize(identifier);
  for (const { any } of resources) size += fieldSize(any.length);
  const bytes = Buffer.allocUnsafe(size);
  let at = writeString(bytes, 0, VERSION_INFO, version);
  for (const { any } of resources) at = writeBytes(bytes, at, RESOURCES, any);
  at = writeString(bytes, at, TYPE_URL, typeUrl);
  at = writeString(bytes, at, NONCE, nonce);
  if (identifier > 0) {
    at = writeHead(bytes, at, CONTROL_PLANE, identifier);
    writeString(bytes, at, CONTROL_PLANE_IDENTIFIER, controlPlane);
  }
  return bytes;
}
