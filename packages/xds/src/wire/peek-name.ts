import { scanFields } from "./field-scan.ts";

const utf8 = new TextDecoder("utf-8");

/**
 * The name that a resource states of itself: field 1, in every message of xDS. `undefined` if there is none, or these
 * are not the bytes of a message.
 */
export function peekName(resource: Uint8Array): string | undefined {
  return peekString(resource, 1);
}

/** The last string under a field number (protobuf: the last one counts); `undefined` if there is none, or it is empty. */
export function peekString(message: Uint8Array, field: number): string | undefined {
  const scan = scanFields(message);
  let found: Uint8Array | undefined;
  while (scan.next(field)) found = scan.bytes;
  return found === undefined || found.length === 0 ? undefined : utf8.decode(found);
}
