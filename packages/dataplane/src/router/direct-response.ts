import {
  type Call,
  type FormatContext,
  localReply,
  type RequestHead,
  type Response,
  wholeBody,
} from "@dualmesh/core";
import type { DirectResponseMatch } from "@dualmesh/routing";
import { responseFormatContext } from "../format-commands.ts";

/**
 * The answer that a route holds itself.
 *
 * What the body is made of it says last: the headers that the route adds to responses change it only where the route's
 * format does not say, and a body without bytes is of no type. Envoy's order.
 */
export function directResponse(
  route: DirectResponseMatch,
  head: RequestHead,
  context: FormatContext,
  call: Call,
): Response {
  const { status } = route;
  const content = route.body(context);
  const body = wholeBody(typeof content === "string" ? Buffer.from(content) : content);
  const response = localReply({
    status,
    details: "direct_response",
    message: "the route answers by itself",
    headers: hasLocation(status) ? ["location", `${head.scheme}://${head.authority}${head.path}`] : [],
  });
  response.body = body;
  const { headers } = response.head;
  if (body.kind === "bytes") headers.append("content-length", String(body.bytes.length));
  route.changeResponseHeaders(headers, responseFormatContext(context, response, call));
  const locations = headers.getAll("location");
  if (locations.length > 1) headers.set("location", locations.join(","));
  if (body.kind === "none") headers.delete("content-type");
  else if (route.contentType !== undefined) headers.set("content-type", route.contentType);
  else if (!headers.has("content-type")) headers.append("content-type", "text/plain");
  return response;
}

/** Where what was made, or has moved, is: Envoy says that it is here, unless the route's headers know better. */
function hasLocation(status: number): boolean {
  return status === 201 || (status >= 300 && status < 400);
}
