import type { Headers } from "@dualmesh/core";
import type { GrpcMetadata, GrpcMetadataClass } from "./channel-contract.ts";

/** Fields that are the protocol's: an application's metadata of these names is not sent, as with grpc-js. */
const RESERVED: ReadonlySet<string> = new Set([
  "te",
  "host",
  "content-type",
  "user-agent",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-timeout",
]);

/** Adds metadata to a flat list of fields; values of `-bin` keys as base64. */
export function pushMetadata(flat: string[], metadata: GrpcMetadata): void {
  const fields = metadata.toHttp2Headers();
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined || RESERVED.has(name)) continue;
    if (Array.isArray(value)) for (const one of value) flat.push(name, one);
    else flat.push(name, String(value));
  }
}

/** Fields as metadata of the application's class, without some. */
export function readMetadata(
  Metadata: GrpcMetadataClass,
  headers: Headers,
  without: ReadonlySet<string>,
): GrpcMetadata {
  const metadata = new Metadata();
  const flat = headers.flat();
  for (let i = 0; i < flat.length; i += 2) {
    const name = (flat[i] as string).toLowerCase();
    if (without.has(name)) continue;
    const value = flat[i + 1] as string;
    try {
      if (!name.endsWith("-bin")) metadata.add(name, value);
      // Several values may have been joined on the way (gRPC over HTTP/2, "Custom-Metadata").
      else for (const one of value.split(",")) metadata.add(name, Buffer.from(one.trim(), "base64"));
    } catch {
      // A name or a value that HTTP allows and gRPC does not: no application could have asked for it.
    }
  }
  return metadata;
}

/** What the head says to the library and not to the application. */
export const HEAD_ONLY: ReadonlySet<string> = new Set(["grpc-encoding", "grpc-accept-encoding"]);

/** The same, where the status stands as well. */
export const STATUS_ONLY: ReadonlySet<string> = new Set([...HEAD_ONLY, "grpc-status", "grpc-message"]);
