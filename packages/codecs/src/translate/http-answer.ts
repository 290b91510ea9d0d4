import { codeNumber, createHeaders, httpStatusFromCode } from "@dualmesh/core";
import { frameMessage } from "../grpc/frame-message.ts";
import { encodeStatusMessage } from "../grpc/status-message.ts";
import type { GrpcWebMode } from "../grpc-web/mode.ts";
import { GrpcWebEncoder } from "../grpc-web/web-encoder.ts";
import { REFUSED } from "../hessian/java-type.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { type CallOutcome, failureOf, firstLine } from "./call-outcome.ts";
import { type CompiledMethod, RESULT_FIELD } from "./compiled-service.ts";
import type { HttpResponse } from "./http-message.ts";
import type { HttpFront } from "./http-request.ts";
import { responseField } from "./http-rule.ts";
import { jsonOf } from "./json-writer.ts";
import { writeProto } from "./proto-writer.ts";
import { statusDetails } from "./status-details.ts";
import { type CallFailure, statusJson } from "./status-json.ts";
import { ValuePath } from "./value-path.ts";

/** The class of the exception that a method threw: a header of JSON's responses, a trailer of gRPC's. */
export const JAVA_EXCEPTION_HEADER = "dualmesh-java-exception";

const CLASS_NAME = /^[\w.$]{1,200}$/;
const NOTHING = Buffer.alloc(0);
/** Servers and proxies take 8 KiB of trailers, and each character may be nine of them there. */
const MAX_MESSAGE_CHARS = 500;

/** The response for what came of a call. */
export function answerHttp(
  front: HttpFront,
  method: CompiledMethod,
  outcome: CallOutcome,
  limits: DecodeLimits,
): HttpResponse {
  if (outcome.kind === "failure") return failHttp(front, outcome);
  if (outcome.kind === "exception") {
    const { className, message } = outcome.error;
    const sentence = firstLine(message) || className;
    return failHttp(front, {
      code: "UNKNOWN",
      message: sentence,
      javaException: className,
      service: method.service,
    });
  }
  let body: Buffer;
  try {
    body = bodyOf(front, method, outcome.value, limits);
  } catch (error) {
    return failHttp(front, failureOf(error, `what ${method.name} returned`));
  }
  if (front.kind === "json")
    return {
      status: 200,
      headers: createHeaders(["content-type", "application/json"]),
      body,
      trailers: undefined,
    };
  const ok = ["grpc-status", "0"];
  if (front.kind === "grpc-web") return webResponse(front.mode, [body], ok);
  return { status: 200, headers: grpcHeaders(), body: frameMessage(body), trailers: createHeaders(ok) };
}

/** The response for a call that has no result. */
export function failHttp(
  front: HttpFront,
  failure: CallFailure,
  status?: number,
  more: readonly string[] = [],
): HttpResponse {
  const { javaException } = failure;
  const isName = javaException !== undefined && CLASS_NAME.test(javaException);
  const headers = [...more, ...(isName ? [JAVA_EXCEPTION_HEADER, javaException] : [])];
  if (front.kind === "json") {
    return {
      status: status ?? httpStatusFromCode(failure.code),
      headers: createHeaders(["content-type", "application/json", ...headers]),
      body: Buffer.from(statusJson(failure)),
      trailers: undefined,
    };
  }
  const { code, message } = failure;
  const short = message.length > MAX_MESSAGE_CHARS ? `${message.slice(0, MAX_MESSAGE_CHARS)}…` : message;
  const trailers = [
    ...["grpc-status", String(codeNumber(code)), "grpc-message", encodeStatusMessage(short)],
    ...headers,
    ...(isName ? ["grpc-status-details-bin", statusDetails({ ...failure, message: short })] : []),
  ];
  if (front.kind === "grpc-web") return webResponse(front.mode, [], trailers);
  return { status: 200, headers: grpcHeaders(trailers), body: NOTHING, trailers: undefined };
}

function bodyOf(front: HttpFront, method: CompiledMethod, value: unknown, limits: DecodeLimits): Buffer {
  const { returns, response } = method;
  const isJson = front.kind === "json";
  const path = new ValuePath(isJson ? "json" : "protobuf", limits);
  if (returns === undefined) return isJson ? Buffer.from("null") : NOTHING;
  const accepted = returns.accept(value);
  if (accepted === REFUSED) return path.fail(`it is no ${returns.name}`);
  if (!isJson) return writeProto(response, { [RESULT_FIELD]: accepted }, path);
  const field = front.responseBody;
  const type = field === "" ? returns : (responseField(method, field) ?? returns);
  if (field === "" || accepted === null) return Buffer.from(jsonOf(accepted, type, path));
  return Buffer.from(jsonOf((accepted as Readonly<Record<string, unknown>>)[field], type, path));
}

function grpcHeaders(trailers: readonly string[] = []): HttpResponse["headers"] {
  return createHeaders([
    "content-type",
    "application/grpc+proto",
    "grpc-accept-encoding",
    "identity",
    ...trailers,
  ]);
}

/** Failures are in the body, too: a page of another origin may see no header that it was not told of. */
function webResponse(mode: GrpcWebMode, messages: readonly Buffer[], flat: readonly string[]): HttpResponse {
  const encoder = new GrpcWebEncoder(mode);
  const pieces = messages.map((message) => encoder.message(message));
  pieces.push(encoder.trailers(createHeaders(flat)), encoder.end());
  const contentType = mode === "text" ? "application/grpc-web-text+proto" : "application/grpc-web+proto";
  return {
    status: 200,
    headers: createHeaders(["content-type", contentType]),
    body: Buffer.concat(pieces),
    trailers: undefined,
  };
}
