import type { Http1RequestHead, Target } from "@dualmesh/codecs/http1";
import type { Body, Request } from "@dualmesh/core";
import { stripRequestHopByHop } from "./hop-by-hop.ts";

/** A request as the chain sees it: without what was meant for this hop, and with the authority that counts. */
export function incomingRequest(
  head: Http1RequestHead,
  target: Target,
  host: string,
  scheme: string,
  body: Body,
): Request {
  const { method, headers } = head;
  if (head.hasHopByHop) stripRequestHopByHop(headers);
  return {
    head: {
      protocol: "http/1.1",
      exchange: "unary",
      method,
      scheme,
      // That of an absolute target replaces Host (RFC 9112, section 3.2.2).
      authority: target.form === "absolute" ? target.authority : host,
      path: pathOf(target),
      headers,
    },
    body,
  };
}

function pathOf(target: Target): string {
  switch (target.form) {
    case "origin":
    case "absolute":
      return target.path;
    case "asterisk":
      return "*";
    case "authority":
      return "";
    default:
      return target satisfies never;
  }
}
