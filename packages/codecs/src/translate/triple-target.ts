import { createHeaders } from "@dualmesh/core";
import { frameMessage } from "../grpc/frame-message.ts";
import { grpcStatus } from "../grpc/status.ts";
import { formatGrpcTimeout } from "../grpc/timeout.ts";
import { toJavaError } from "../hessian/java-error.ts";
import type { RegisteredClass } from "../hessian/java-type.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { TRIPLE_HEADER } from "../triple/header.ts";
import { createTripleContent } from "../triple/triple-content.ts";
import { firstLine } from "./call-outcome.ts";
import type { HttpRequest, HttpResponse } from "./http-message.ts";
import type { JavaTarget } from "./java-target.ts";
import { readUnary } from "./unary-message.ts";

/** Triple without IDL, over HTTP/2. */
export function tripleTarget(
  classes: readonly RegisteredClass[],
  limits: DecodeLimits,
): JavaTarget<HttpRequest, HttpResponse> {
  const content = createTripleContent({ classes, limits });
  return {
    write({ method, args, timeoutMs, passed }) {
      const { schema, service, javaName, argumentTypes, types } = method;
      const message = content.writeRequest({ argumentTypes, arguments: args }, types);
      const flat = ["content-type", "application/grpc+proto", "te", "trailers"];
      flat.push(
        "grpc-timeout",
        formatGrpcTimeout(timeoutMs),
        TRIPLE_HEADER.serviceTimeout,
        String(timeoutMs),
      );
      if (schema.version !== undefined) flat.push(TRIPLE_HEADER.serviceVersion, schema.version);
      if (schema.group !== undefined) flat.push(TRIPLE_HEADER.serviceGroup, schema.group);
      for (const [name, value] of passed) flat.push(name, value);
      const path = `/${service}/${javaName}`;
      return { method: "POST", path, headers: createHeaders(flat), body: frameMessage(message) };
    },
    read(_method, { status, headers, trailers, body }) {
      const { code, message } = grpcStatus(status, headers, trailers);
      if (code !== "OK") {
        const trailer = (trailers ?? headers).get(TRIPLE_HEADER.exception);
        const error = trailer === undefined ? undefined : content.readException(trailer);
        if (error !== undefined) return { kind: "exception", error };
        return { kind: "failure", code, message: firstLine(message) };
      }
      const unary = readUnary(body, limits.maxBytes);
      if (unary.kind === "failure") return unary;
      const exceptionCode =
        headers.get(TRIPLE_HEADER.exceptionCode) ?? trailers?.get(TRIPLE_HEADER.exceptionCode);
      const isException = exceptionCode !== undefined && exceptionCode !== "0";
      const { value } = content.readResponse(unary.message, isException);
      if (!isException) return { kind: "value", value };
      const error = toJavaError(value);
      return error === undefined
        ? { kind: "failure", code: "UNKNOWN", message: "triple: the method threw what is no Throwable" }
        : { kind: "exception", error };
    },
  };
}
