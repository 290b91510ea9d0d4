import {
  type Filter,
  localReply,
  type Request,
  type RequestHead,
  type Response,
} from "../../../src/index.ts";

/** Lets through what `allowed` says. A refusal is a response: the filters outside of this one still see it. */
export function allow(allowed: (head: RequestHead) => boolean): Filter<Request, Response> {
  return (next) => (request, call) =>
    allowed(request.head)
      ? next(request, call)
      : Promise.resolve(
          localReply({
            status: 403,
            code: "PERMISSION_DENIED",
            flag: "UAEX",
            details: "rbac_access_denied",
            body: "not allowed",
          }),
        );
}
