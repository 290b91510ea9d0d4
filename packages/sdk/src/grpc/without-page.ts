import { discardBody, NO_BODY, type Response } from "@dualmesh/core";
import { isGrpcContentType } from "@dualmesh/matching";

/**
 * A response without the body of a page, which proxies answer with and nobody could read as messages: the head says how the
 * call ended. A server of gRPC that forgets to say so is read all the same.
 */
export function withoutPage(response: Response): Response {
  const { head, body } = response;
  const type = head.headers.get("content-type");
  if (type === undefined ? head.status === 200 : isGrpcContentType(type)) return response;
  discardBody(body);
  return { head, body: NO_BODY };
}
