import type { Body } from "./body.ts";
import type { RequestHead, ResponseHead } from "./head.ts";

/** A request as the chain sees it: a head that filters read and change, and a body that they pass on. */
export interface Request {
  readonly head: RequestHead;
  /** Replaced by a filter that wraps it. */
  body: Body;
}

/** A response as the chain sees it. */
export interface Response {
  readonly head: ResponseHead;
  /** Replaced by a filter that wraps it. */
  body: Body;
}
