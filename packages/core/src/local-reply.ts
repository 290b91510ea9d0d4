import { type Body, bytesBody, NO_BODY } from "./body.ts";
import { type Code, codeFromHttpStatus } from "./code.ts";
import type { Execution } from "./execution.ts";
import { createHeaders } from "./headers.ts";
import type { Response } from "./message.ts";
import { type Reset, resetDetails } from "./reset.ts";
import type { ResponseFlag } from "./response-flag.ts";

export interface LocalReplyOptions {
  /** HTTP's status, 200 to 599. */
  readonly status: number;
  /** Envoy's `RESPONSE_CODE_DETAILS`, such as `route_not_found`. */
  readonly details: string;
  /** Who refused. Default: nobody in particular. */
  readonly flag?: ResponseFlag;
  /** Default: by the gRPC mapping of `status`. */
  readonly code?: Code;
  /** What the client reads. Default: nothing. */
  readonly body?: string;
  /** One sentence for people. Default: the body, else the details. */
  readonly message?: string;
  /** Default `not-executed`. */
  readonly execution?: Execution;
  /** The number that gRPC clients are told, whatever it is. Default: by the mapping of `status`. */
  readonly grpcStatus?: number;
  /** Goes out as it is: neither in gRPC's form nor with a route's header mutations. Default false. */
  readonly asIs?: boolean;
  /** Flat list of further headers. `content-type` and `content-length` of a body are added here. */
  readonly headers?: readonly string[];
}

/**
 * A refusal. It is a response and no throw, so that the filters outside can still change it; only the protocol's edge
 * renders it for its wire.
 */
export function localReply(options: LocalReplyOptions): Response {
  const { status, details } = options;
  const content = options.body ?? "";
  const body: Body = content === "" ? NO_BODY : bytesBody(content);
  const flat = options.headers?.slice() ?? [];
  if (body.kind === "bytes") {
    flat.push("content-length", String(body.bytes.length));
    if (!flat.some((name, i) => i % 2 === 0 && name.toLowerCase() === "content-type")) {
      flat.push("content-type", "text/plain");
    }
  }
  return {
    head: {
      status,
      headers: createHeaders(flat),
      local: {
        code: options.code ?? codeFromHttpStatus(status),
        flag: options.flag ?? "",
        details,
        message: options.message ?? (content === "" ? details : content),
        execution: options.execution ?? "not-executed",
        ...(options.grpcStatus === undefined ? {} : { grpcStatus: options.grpcStatus }),
        ...(options.asIs === true ? { asIs: true } : {}),
      },
    },
    body,
  };
}

/**
 * The refusal that stands for a reset which came before the response head: 504 for a deadline, 502 for an upstream that
 * broke its protocol (`UPE`), else 503. As Envoy 1.40.
 */
export function resetReply(reset: Reset): Response {
  const { code, flag, message, execution, reply = message } = reset;
  const status = code === "DEADLINE_EXCEEDED" ? 504 : flag === "UPE" ? 502 : 503;
  return localReply({ status, code, flag, execution, details: resetDetails(reset), message, body: reply });
}
