import type { Body, Call, FormatContext, Request, Response, ResponseFlag } from "@dualmesh/core";
import { RETRY_FLAG } from "@dualmesh/retry";
import { DELAY_INJECTED } from "@dualmesh/routing/fault";
import { formatPath, formatQueryParameter } from "./format-path.ts";
import { DOWNSTREAM } from "./http/downstream.ts";

/** Commands of Envoy's format strings that mean something in header values here. */
export const FORMAT_COMMANDS: ReadonlySet<string> = new Set([
  "REQ",
  "RESP",
  "PATH",
  "QUERY_PARAM",
  "BYTES_RECEIVED",
  "PROTOCOL",
  "RESPONSE_CODE",
  "RESPONSE_CODE_DETAILS",
  "RESPONSE_FLAGS",
  "ROUTE_NAME",
  "VIRTUAL_HOST_NAME",
  "UPSTREAM_CLUSTER",
  "DOWNSTREAM_REMOTE_ADDRESS",
  "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT",
  "DOWNSTREAM_REMOTE_PORT",
  "UPSTREAM_METADATA",
  "DOWNSTREAM_LOCAL_ADDRESS",
  "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT",
  "DOWNSTREAM_LOCAL_PORT",
  "START_TIME",
]);

/** Answers the commands for a request on its way up: there is no response yet. */
export function requestFormatContext(request: Request, call: Call): FormatContext {
  const { head } = request;
  return (command, argument) => {
    const downstream = call.get(DOWNSTREAM);
    switch (command) {
      case "REQ":
        return argument === undefined ? undefined : headField(head, argument);
      case "PATH":
        return formatPath(head, argument);
      case "QUERY_PARAM":
        return argument === undefined ? undefined : formatQueryParameter(head, argument);
      case "BYTES_RECEIVED":
        return argument === WHOLE ? lengthOf(request.body) : "0";
      case "PROTOCOL":
        return head.protocol === "h2" ? "HTTP/2" : head.protocol.toUpperCase();
      case "RESPONSE_CODE":
        return "0";
      case "RESPONSE_FLAGS":
        return "-";
      case "ROUTE_NAME":
        return call.route(head)?.name;
      case "VIRTUAL_HOST_NAME":
        return call.route(head)?.virtualHost;
      case "UPSTREAM_CLUSTER":
        return call.route(head)?.cluster;
      case "DOWNSTREAM_REMOTE_ADDRESS":
        return downstream && `${downstream.remoteAddress}:${downstream.remotePort}`;
      case "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT":
        return downstream?.remoteAddress;
      case "DOWNSTREAM_REMOTE_PORT":
        return downstream && String(downstream.remotePort);
      case "DOWNSTREAM_LOCAL_ADDRESS":
        return downstream && `${downstream.localAddress}:${downstream.localPort}`;
      case "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT":
        return downstream?.localAddress;
      case "DOWNSTREAM_LOCAL_PORT":
        return downstream && String(downstream.localPort);
      case "START_TIME":
        return new Date(call.clock.wall()).toISOString();
      // Endpoints have no metadata here: a warning says so where they are configured.
      case "UPSTREAM_METADATA":
        return undefined;
      default:
        return undefined;
    }
  };
}

/**
 * Answers the commands for the response to a request, given the answers for that. Envoy changes the fields of an answer of
 * its own before its status counts as sent: there the code is 0, while the flags are known.
 */
export function responseFormatContext(context: FormatContext, { head }: Response, call: Call): FormatContext {
  return (command, argument) => {
    switch (command) {
      case "RESP":
        if (argument === ":status") return String(head.status);
        return argument === undefined ? undefined : head.headers.get(argument);
      case "BYTES_RECEIVED":
        return context(command, WHOLE);
      case "RESPONSE_CODE":
        return head.local === undefined ? String(head.status) : "0";
      case "RESPONSE_CODE_DETAILS":
        return head.local?.details ?? "via_upstream";
      case "RESPONSE_FLAGS":
        return flags(call, head.local?.flag ?? "");
      default:
        return context(command, argument);
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
