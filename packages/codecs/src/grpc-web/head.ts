import { createHeaders, type Headers } from "@dualmesh/core";
import { type GrpcWebMode, grpcWebMode } from "./mode.ts";

/** Length and connection of the body that came, which is another one then. */
const OF_THE_BODY: ReadonlySet<string> = new Set([
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "te",
]);

/** Of gRPC-Web alone. */
const WEB_ONLY: ReadonlySet<string> = new Set(["x-grpc-web"]);

/**
 * The headers of a request of gRPC-Web as those of gRPC over HTTP/2.
 *
 * ```ts
 * import { createHeaders } from "@dualmesh/core";
 * import { grpcRequestHeaders } from "@dualmesh/codecs/grpc-web";
 *
 * const headers = createHeaders(["Content-Type", "application/grpc-web-text+proto", "X-Grpc-Web", "1"]);
 * console.log(grpcRequestHeaders(headers).flat());
 * // => [ 'content-type', 'application/grpc+proto', 'te', 'trailers' ]
 * ```
 */
export function grpcRequestHeaders(headers: Headers): Headers {
  const flat: string[] = [];
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (OF_THE_BODY.has(lower) || WEB_ONLY.has(lower) || lower === "accept") continue;
    flat.push(lower, lower === "content-type" ? grpcContentType(value) : value);
  }
  flat.push("te", "trailers");
  return createHeaders(flat);
}

/**
 * The headers of a request of gRPC as those of gRPC-Web.
 */
export function grpcWebRequestHeaders(headers: Headers, mode: GrpcWebMode): Headers {
  const flat: string[] = [];
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (OF_THE_BODY.has(lower)) continue;
    flat.push(lower, lower === "content-type" ? grpcWebContentType(value, mode) : value);
  }
  flat.push("x-grpc-web", "1");
  return createHeaders(flat);
}

/**
 * The headers of a response of gRPC as those of gRPC-Web. One that is only trailers keeps them here, as gRPC-Web's clients take
 * them, and has no body.
 */
export function grpcWebResponseHeaders(headers: Headers, mode: GrpcWebMode): Headers {
  return mapped(headers, (contentType) => grpcWebContentType(contentType, mode));
}

/** The headers of a response of gRPC-Web as those of gRPC. */
export function grpcResponseHeaders(headers: Headers): Headers {
  return mapped(headers, grpcContentType);
}

/** `application/grpc-web-text+proto` as `application/grpc+proto`; any other one as it is. */
export function grpcContentType(contentType: string): string {
  return grpcWebMode(contentType) === undefined
    ? contentType
    : contentType.replace(/^application\/grpc-web(-text)?/i, "application/grpc");
}

/** `application/grpc+proto` as `application/grpc-web+proto`; any other one as it is. */
export function grpcWebContentType(contentType: string, mode: GrpcWebMode): string {
  return contentType.replace(
    /^application\/grpc(?=$|[+; \t])/i,
    mode === "text" ? "application/grpc-web-text" : "application/grpc-web",
  );
}

function mapped(headers: Headers, contentTypeOf: (contentType: string) => string): Headers {
  const flat: string[] = [];
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (OF_THE_BODY.has(lower) || lower === "trailer") continue;
    flat.push(lower, lower === "content-type" ? contentTypeOf(value) : value);
  }
  return createHeaders(flat);
}
