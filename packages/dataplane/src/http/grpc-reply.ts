import { encodeStatusMessage } from "@dualmesh/codecs/grpc";
import { codeFromHttpStatus, codeNumber, createHeaders, NO_BODY, type Response } from "@dualmesh/core";

/**
 * A local reply as a gRPC client reads it: HTTP 200, and what is wrong in `grpc-status` and `grpc-message`. Answers of an
 * upstream stay as they are.
 *
 * @see gRPC over HTTP/2, "Responses"; Envoy, `Http::Utility::sendLocalReply`
 */
export function grpcReply(response: Response): Response {
  const { head, body } = response;
  if (head.local === undefined || head.local.asIs === true) return response;
  const flat = ["content-type", "application/grpc"];
  for (const [name, value] of head.headers) {
    const lower = name.toLowerCase();
    if (lower !== "content-type" && lower !== "content-length") flat.push(name, value);
  }
  flat.push("grpc-status", String(head.local.grpcStatus ?? grpcStatus(head.status)));
  const text =
    body.kind === "bytes" ? Buffer.from(body.bytes.subarray(0, MAX_MESSAGE_BYTES)) : Buffer.alloc(0);
  if (text.length > 0) flat.push("grpc-message", encodeStatusMessage(text));
  return { head: { status: 200, headers: createHeaders(flat), local: head.local }, body: NO_BODY };
}

/** A gRPC client cannot take an answer of ours for a success: there is no message in it. */
function grpcStatus(status: number): number {
  const code = codeFromHttpStatus(status);
  return codeNumber(code === "OK" ? "UNKNOWN" : code);
}

/** Of a longer body the beginning must do: each byte may become three, and clients take heads of 8 KiB. */
const MAX_MESSAGE_BYTES = 2_048;
