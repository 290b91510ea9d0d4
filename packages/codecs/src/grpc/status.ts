import { CODES, type Code, codeFromHttpStatus, type Headers } from "@dualmesh/core";
import { decodeStatusMessage } from "./status-message.ts";

/** How a call ended. */
export interface GrpcStatus {
  readonly code: Code;
  /** One sentence, often empty. */
  readonly message: string;
}

/**
 * The status of a response that has come to its end: of its trailers, or of its head where that is all there is
 * ("Trailers-Only"). Whoever says nothing about it is no gRPC server: then the status of HTTP decides, and the sentence
 * says what came.
 *
 * @see gRPC over HTTP/2, "Responses"; gRPC, "HTTP to gRPC Status Code Mapping"
 */
export function grpcStatus(httpStatus: number, headers: Headers, trailers: Headers | undefined): GrpcStatus {
  const source = trailers?.has("grpc-status") === true ? trailers : headers;
  const status = source.get("grpc-status");
  if (status !== undefined) return said(status, source.get("grpc-message"));
  if (httpStatus !== 200) {
    const code = codeFromHttpStatus(httpStatus);
    return { code: code === "OK" ? "UNKNOWN" : code, message: `Received HTTP status code ${httpStatus}` };
  }
  const contentType = headers.get("content-type");
  return contentType?.startsWith("application/grpc") === true
    ? { code: "UNKNOWN", message: "the stream ended without grpc-status" }
    : {
        code: "UNKNOWN",
        message: `expected content-type application/grpc, got ${contentType === undefined ? "none" : JSON.stringify(contentType)}`,
      };
}

function said(status: string, message: string | undefined): GrpcStatus {
  const text = message === undefined ? "" : decodeStatusMessage(message);
  const code = /^\d{1,3}$/.test(status) ? CODES[Number(status)] : undefined;
  if (code !== undefined) return { code, message: text };
  // `Number` alone would read an empty value as 0, which is OK.
  const sentence = `grpc-status is ${JSON.stringify(status)}`;
  return { code: "UNKNOWN", message: text === "" ? sentence : `${sentence}: ${text}` };
}
