import type { ResponseParts } from "./encode-response.ts";
import type { TableResource } from "./resource-table.ts";
import { fieldSize, stringSize, writeBytes, writeElement, writeHead, writeString } from "./write-field.ts";

export interface DeltaResponseParts extends ResponseParts {
  /** Names that are gone, or were asked for and do not exist. */
  readonly removed: readonly string[];
}

const SYSTEM_VERSION_INFO = 10;
const RESOURCES = 18;
const RESOURCE_VERSION = 10;
const RESOURCE_BODY = 18;
const RESOURCE_NAME = 26;
const TYPE_URL = 34;
const NONCE = 42;
const REMOVED_RESOURCES = 50;
const CONTROL_PLANE = 58;
const CONTROL_PLANE_IDENTIFIER = 10;

/**
 * Writes a `DeltaDiscoveryResponse` around resources that are encoded already. A resource's version is the hash of its
 * bytes, so that replicas agree, and what a client brings back after a restart is known again.
 *
 * @see envoy.service.discovery.v3.DeltaDiscoveryResponse
 */
export function encodeDeltaResponse(parts: DeltaResponseParts): Uint8Array {
  const { version, typeUrl, nonce, controlPlane, resources, removed } = parts;
  const identifier = stringSize(controlPlane);
  let size = stringSize(version) + stringSize(typeUrl) + stringSize(nonce);
  if (identifier > 0) size += fieldSize(identifier);
  const sizes = resources.map(resourceSize);
  for (const length of sizes) size += fieldSize(length);
  for (const name of removed) size += fieldSize(Buffer.byteLength(name));
  const bytes = Buffer.allocUnsafe(size);
  let at = writeString(bytes, 0, SYSTEM_VERSION_INFO, version);
  for (const [i, resource] of resources.entries()) {
    at = writeHead(bytes, at, RESOURCES, sizes[i] as number);
    at = writeResource(bytes, at, resource);
  }
  at = writeString(bytes, at, TYPE_URL, typeUrl);
  at = writeString(bytes, at, NONCE, nonce);
  for (const name of removed) at = writeElement(bytes, at, REMOVED_RESOURCES, name);
  if (identifier > 0) {
    at = writeHead(bytes, at, CONTROL_PLANE, identifier);
    writeString(bytes, at, CONTROL_PLANE_IDENTIFIER, controlPlane);
  }
  return bytes;
}

function resourceSize({ name, any, hash }: TableResource): number {
  return stringSize(hash) + fieldSize(any.length) + stringSize(name);
}

/** @see envoy.service.discovery.v3.Resource */
function writeResource(bytes: Buffer, at: number, { name, any, hash }: TableResource): number {
  const afterVersion = writeString(bytes, at, RESOURCE_VERSION, hash);
  const afterBody = writeBytes(bytes, afterVersion, RESOURCE_BODY, any);
  return writeString(bytes, afterBody, RESOURCE_NAME, name);
}
