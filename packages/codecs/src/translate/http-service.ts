import { CODES, codeFromHttpStatus, createHeaders } from "@dualmesh/core";
import { frameMessage } from "../grpc/frame-message.ts";
import { grpcStatus } from "../grpc/status.ts";
import { formatGrpcTimeout } from "../grpc/timeout.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import type { CallOutcome } from "./call-outcome.ts";
import { type CompiledMethod, RESULT_FIELD } from "./compiled-service.ts";
import type { HttpRequest, HttpResponse } from "./http-message.ts";
import { javaOf } from "./json-reader.ts";
import { jsonOf } from "./json-writer.ts";
import { parseJson } from "./parse-json.ts";
import { readProto } from "./proto-reader.ts";
import { writeProto } from "./proto-writer.ts";
import { TranslateError } from "./translate-error.ts";
import { readUnary } from "./unary-message.ts";
import { ValuePath } from "./value-path.ts";

/** A service over HTTP, seen from one that calls. */
export interface HttpService {
  /** @throws {TranslateError} for an argument that the form has no word for. */
  request(method: CompiledMethod, args: readonly unknown[], timeoutMs: number | undefined): HttpRequest;
  /**
   * @throws {TranslateError} for a result that is not of its type.
   * @throws {DecodeError} for a message that is none.
   */
  read(method: CompiledMethod, response: HttpResponse): CallOutcome;
}

export function grpcService(limits: DecodeLimits): HttpService {
  return {
    request(method, args, timeoutMs) {
      const flat = ["content-type", "application/grpc+proto", "te", "trailers", ...timeoutHeader(timeoutMs)];
      const record = recordOfArguments(method, args);
      const message = writeProto(method.request, record, new ValuePath("protobuf", limits));
      return {
        method: "POST",
        path: method.grpcPath,
        headers: createHeaders(flat),
        body: frameMessage(message),
      };
    },
    read(method, { status, headers, trailers, body }) {
      const { code, message } = grpcStatus(status, headers, trailers);
      if (code !== "OK") return { kind: "failure", code, message };
      const unary = readUnary(body, limits.maxBytes);
      if (unary.kind === "failure") return unary;
      const record = readProto(method.response, unary.message, new ValuePath("protobuf", limits));
      const value = (record as Readonly<Record<string, unknown>>)[RESULT_FIELD] ?? null;
      return { kind: "value", value };
    },
  };
}

export function jsonService(limits: DecodeLimits): HttpService {
  return {
    request(method, args, timeoutMs) {
      const flat = [
        "content-type",
        "application/json",
        "accept",
        "application/json",
        ...timeoutHeader(timeoutMs),
      ];
      const path = new ValuePath("json", limits);
      const fields = [...method.args].map(([name, type], i) => {
        path.enter(name);
        const text = `${JSON.stringify(name)}:${jsonOf(args[i], type, path)}`;
        path.leave();
        return text;
      });
      const body = Buffer.from(`{${fields.join(",")}}`);
      return { method: "POST", path: method.path, headers: createHeaders(flat), body };
    },
    read(method, { status, body }) {
      if (status < 200 || status > 299) return failedJson(status, body, limits);
      const { returns } = method;
      if (returns === undefined) return { kind: "value", value: null };
      return {
        kind: "value",
        value: javaOf(parseJson(body, limits), returns, new ValuePath("json", limits)),
      };
    },
  };
}

function recordOfArguments({ args }: CompiledMethod, values: readonly unknown[]): Record<string, unknown> {
  const record = Object.create(null) as Record<string, unknown>;
  for (const [i, name] of [...args.keys()].entries()) record[name] = values[i];
  return record;
}

function timeoutHeader(timeoutMs: number | undefined): string[] {
  return timeoutMs === undefined ? [] : ["grpc-timeout", formatGrpcTimeout(timeoutMs)];
}

/** A `google.rpc.Status` says more than the status of HTTP. */
function failedJson(status: number, body: Buffer, limits: DecodeLimits): CallOutcome {
  const code = codeFromHttpStatus(status);
  let said: unknown;
  try {
    said = parseJson(body, limits);
  } catch (error) {
    // It is a page of some proxy, and the status is all that it says.
    if (!(error instanceof TranslateError)) throw error;
  }
  const { code: number, message } = (said ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  const known = typeof number === "number" && number > 0 ? CODES[number] : undefined;
  return {
    kind: "failure",
    code: known ?? code,
    message:
      typeof message === "string" && message !== "" ? message : `the server answered with status ${status}`,
  };
}
