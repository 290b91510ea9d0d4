import type { Call, FormatContext, Request, Response, ResponseFlag } from "@dualmesh/core";
import { RETRY_FLAG } from "@dualmesh/retry";
import { DOWNSTREAM } from "./http/downstream.ts";

/** Commands of Envoy's format strings that mean something in header values here. */
export const FORMAT_COMMANDS: ReadonlySet<string> = new Set([
  "REQ",
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
  "DOWNSTREAM_LOCAL_ADDRESS",
  "DOWNSTREAM_LOCAL_PORT",
  "START_TIME",
]);

/** Answers the commands for a request on its way up: there is no response yet. */
export function requestFormatContext({ head }: Request, call: Call): FormatContext {
  return (command, argument) => {
    const downstream = call.get(DOWNSTREAM);
    switch (command) {
      case "REQ":
        return argument === undefined ? undefined : headField(head, argument);
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
      case "DOWNSTREAM_LOCAL_PORT":
        return downstream && String(downstream.localPort);
      case "START_TIME":
        return new Date(call.clock.wall()).toISOString();
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
      case "RESPONSE_CODE":
        return head.local === undefined ? String(head.status) : "0";
      case "RESPONSE_CODE_DETAILS":
        return head.local?.details ?? "via_upstream";
      case "RESPONSE_FLAGS":
        return flags(call.get(RETRY_FLAG), head.local?.flag ?? "");
      default:
        return context(command, argument);
    }
  };
}

/** Why there was no further attempt stands before what became of the last one. */
function flags(retry: ResponseFlag, failure: ResponseFlag): string {
  if (retry === "" || failure === "") return retry || failure || "-";
  return `${retry},${failure}`;
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
