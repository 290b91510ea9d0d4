import { formatGrpcTimeout, GRPC_ACCEPT_ENCODING } from "@dualmesh/codecs/grpc";
import { createHeaders, type Headers } from "@dualmesh/core";
import type { GrpcMetadata } from "./channel-contract.ts";
import type { ChannelSettings } from "./channel-options.ts";
import { pushMetadata } from "./metadata-fields.ts";

/**
 * The fields of a request, those of the protocol first.
 *
 * @param timeoutMs How long the server has; `Infinity`: for ever.
 * @see gRPC over HTTP/2, "Requests"
 */
export function requestFields(metadata: GrpcMetadata, settings: ChannelSettings, timeoutMs: number): Headers {
  const { encoding, userAgent } = settings;
  const flat = ["te", "trailers", "content-type", "application/grpc", "user-agent", userAgent];
  flat.push("grpc-accept-encoding", GRPC_ACCEPT_ENCODING);
  if (encoding !== "identity") flat.push("grpc-encoding", encoding);
  if (timeoutMs !== Number.POSITIVE_INFINITY) flat.push("grpc-timeout", formatGrpcTimeout(timeoutMs));
  pushMetadata(flat, metadata);
  return createHeaders(flat);
}
