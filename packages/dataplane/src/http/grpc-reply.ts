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
  if (head.local === undefined) return response;
  const flat = ["content-type", "application/grpc"];
  const given = head.headers.get("grpc-status");
  for (const [name, value] of head.headers) {
    const lower = name.toLowerCase();
    if (lower !== "content-type" && lower !== "content-length" && lower !== "grpc-status")
      flat.push(name, value);
  }
  const code = codeFromHttpStatus(head.status);
  // A gRPC client cannot take any answer of ours for a success: there is no message in it.
  // Who made the reply may know better than its status says.
  flat.push("grpc-status", given ?? String(codeNumber(code === "OK" ? "UNKNOWN" : code)));
  const text =
    body.kind === "bytes" ? Buffer.from(body.bytes.subarray(0, MAX_MESSAGE_BYTES)) : Buffer.alloc(0);
  if (text.length > 0) flat.push("grpc-message", encodeStatusMessage(text));
  return { head: { status: 200, headers: createHeaders(flat), local: head.local }, body: NO_BODY };
}

/** Of a longer body the beginning must do: each byte may become three, and clients take heads of 8 KiB. */
const MAX_MESSAGE_BYTES = 2_048;
