import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Body, Call, FormatContext, Request, Response, ResponseFlag } from "@dualmesh/core";
import { RETRY_FLAG } from "@dualmesh/retry";
import { DELAY_INJECTED } from "@dualmesh/routing/fault";
import { DYNAMIC_METADATA, FILTER_STATE, metadataAt } from "./call-facts.ts";
import { fieldText, pathCommand, queryParameter, queryParameters } from "./format-path.ts";
import { formatTime } from "./format-time.ts";
import { DOWNSTREAM, type Downstream } from "./http/downstream.ts";
import { UPSTREAM_HOST } from "./router/upstream-host.ts";
import { addressKey } from "./transport/endpoint-address.ts";

type Command = (request: Request, call: Call, argument: string) => string | undefined;

/**
 * Commands of Envoy's format strings that mean something in header values here. Any other is refused while compiling: what
 * cannot be answered is not to look like what is not there. (`ENVIRONMENT` is one of them: a library does not read it.)
 */
const COMMANDS: Readonly<Record<string, Command>> = {
  REQ: ({ head }, _, name) => headField(head, name),
  REQUEST_HEADER: ({ head }, _, name) => headField(head, name),
  PATH: ({ head }, _, argument) => pathCommand(head, argument),
  QUERY_PARAM: ({ head }, _, name) => queryParameter(head, name),
  QUERY_PARAMS: ({ head }) => queryParameters(head),
  BYTES_RECEIVED: ({ body }, _, argument) => (argument === WHOLE ? lengthOf(body) : "0"),
  DYNAMIC_METADATA: (_, call, argument) => metadataText(call, argument),
  FILTER_STATE: (_, call, argument) =>
    fieldText(call.get(FILTER_STATE)?.get(argument.replace(/:(?:PLAIN|TYPED)$/, ""))),
  PROTOCOL: ({ head }) => (head.protocol === "h2" ? "HTTP/2" : head.protocol.toUpperCase()),
  STREAM_ID: ({ head }) => head.headers.get("x-request-id"),
  ROUTE_NAME: ({ head }, call) => call.route(head)?.name,
  VIRTUAL_HOST_NAME: ({ head }, call) => call.route(head)?.virtualHost,
  UPSTREAM_CLUSTER: ({ head }, call) => call.route(head)?.cluster || undefined,
  UPSTREAM_CLUSTER_RAW: ({ head }, call) => call.route(head)?.cluster || undefined,
  UPSTREAM_REQUEST_ATTEMPT_COUNT: ({ head }, call) =>
    String(Math.max(call.attempt, call.route(head)?.cluster ? 1 : 0)),
  DOWNSTREAM_REMOTE_ADDRESS: ofDownstream((peer) => `${peer.remoteAddress}:${peer.remotePort}`),
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: ofDownstream((peer) => peer.remoteAddress),
  DOWNSTREAM_REMOTE_PORT: ofDownstream((peer) => String(peer.remotePort)),
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS: ofDownstream((peer) => `${peer.remoteAddress}:${peer.remotePort}`),
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT: ofDownstream((peer) => peer.remoteAddress),
  DOWNSTREAM_DIRECT_REMOTE_PORT: ofDownstream((peer) => String(peer.remotePort)),
  DOWNSTREAM_LOCAL_ADDRESS: ofDownstream((peer) => `${peer.localAddress}:${peer.localPort}`),
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: ofDownstream((peer) => peer.localAddress),
  DOWNSTREAM_LOCAL_PORT: ofDownstream((peer) => String(peer.localPort)),
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS: ofDownstream((peer) => `${peer.localAddress}:${peer.localPort}`),
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT: ofDownstream((peer) => peer.localAddress),
  DOWNSTREAM_DIRECT_LOCAL_PORT: ofDownstream((peer) => String(peer.localPort)),
  REQUESTED_SERVER_NAME: ofDownstream((peer) => peer.serverName || undefined),
  START_TIME: (_, { clock, startMs }, format) => formatTime(clock.wall() - (clock.now() - startMs), format),
  EMIT_TIME: (_, { clock }, format) => formatTime(clock.wall(), format),
  DURATION: (_, { clock, startMs }) => String(Math.trunc(clock.now() - startMs)),
  HOSTNAME: () => hostname(),
  UNIQUE_ID: () => randomUUID(),
  RESPONSE_CODE: () => "0",
  RESPONSE_FLAGS: () => "-",
  ...Object.fromEntries(
    [
      // Of the response, or of what is there only once it has come.
      "RESP",
      "RESPONSE_HEADER",
      "TRAILER",
      "RESPONSE_TRAILER",
      "RESPONSE_CODE_DETAILS",
      "LOCAL_REPLY_BODY",
      "UPSTREAM_HOST",
      "UPSTREAM_HOST_NAME",
      "UPSTREAM_REMOTE_ADDRESS",
      "UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT",
      "UPSTREAM_REMOTE_PORT",
      // Nothing is kept of an endpoint or a route that one could ask for.
      "UPSTREAM_METADATA",
      "METADATA",
    ].map((name) => [name, () => undefined]),
  ),
};

/** Their names. */
export const FORMAT_COMMANDS: ReadonlySet<string> = new Set(Object.keys(COMMANDS));

/** Answers the commands for a request on its way up: there is no response yet. */
export function requestFormatContext(request: Request, call: Call): FormatContext {
  return (command, argument = "") => COMMANDS[command]?.(request, call, argument);
}

/**
 * Answers the commands for the response to a request, given the answers for that. Envoy changes the fields of an answer of
 * its own before its status counts as sent: there the code is 0, while the flags are known.
 */
export function responseFormatContext(context: FormatContext, { head }: Response, call: Call): FormatContext {
  return (command, argument) => {
    switch (command) {
      case "RESP":
      case "RESPONSE_HEADER":
        return argument === ":status" ? String(head.status) : head.headers.get(argument ?? "");
      case "BYTES_RECEIVED":
        return context(command, WHOLE);
      case "RESPONSE_CODE":
        return head.local === undefined ? String(head.status) : "0";
      case "RESPONSE_CODE_DETAILS":
        return head.local?.details ?? "via_upstream";
      case "RESPONSE_FLAGS":
        return flags(call, head.local?.flag ?? "");
      default:
        return command.startsWith("UPSTREAM_")
          ? upstream(command, context, call)
          : context(command, argument);
    }
  };
}

/** In the order in which they came up: an injected delay, why there was no further attempt, what became of the last one. */
function flags(call: Call, failure: ResponseFlag): string {
  const delay: ResponseFlag = call.get(DELAY_INJECTED) ? "DI" : "";
  return [delay, call.get(RETRY_FLAG), failure].filter((flag) => flag !== "").join(",") || "-";
}

/** Asks for the bytes of a request whose body has come: with its head none had. */
const WHOLE = "whole body";

/** A body whose length nobody said is not counted on its way. */
function lengthOf(body: Body): string | undefined {
  if (body.kind === "none") return "0";
  const bytes = body.kind === "bytes" ? body.bytes.length : body.lengthBytes;
  return bytes === undefined ? undefined : String(bytes);
}

/** `%DYNAMIC_METADATA(filter:key:key)%`: a text as it is, all else as JSON. */
function metadataText(call: Call, argument: string): string | undefined {
  const [filter = "", ...path] = argument.split(":");
  const value = metadataAt(call.get(DYNAMIC_METADATA), filter, path);
  return fieldText(typeof value === "string" || value === undefined ? value : JSON.stringify(value));
}

/** Who had the last attempt. */
function upstream(command: string, context: FormatContext, call: Call): string | undefined {
  const endpoint = call.get(UPSTREAM_HOST)?.endpoint;
  const key = endpoint && addressKey(endpoint.address);
  switch (command) {
    case "UPSTREAM_HOST":
    case "UPSTREAM_REMOTE_ADDRESS":
      return key;
    case "UPSTREAM_HOST_NAME":
      return endpoint?.hostname || key;
    case "UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT":
      return key?.replace(/:\d+$/, "");
    case "UPSTREAM_REMOTE_PORT":
      return key?.match(/:(\d+)$/)?.[1];
    default:
      return context(command, undefined);
  }
}

function ofDownstream(get: (downstream: Downstream) => string | undefined): Command {
  return (_, call) => {
    const downstream = call.get(DOWNSTREAM);
    return downstream && get(downstream);
  };
}

function headField(head: Request["head"], name: string): string | undefined {
  switch (name.toLowerCase()) {
    case ":method":
      return head.method;
    case ":path":
      return head.path;
    case ":authority":
    case "host":
      return head.authority;
    case ":scheme":
      return head.scheme;
    default:
      return head.headers.get(name);
  }
}
