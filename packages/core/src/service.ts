import type { Call } from "./call.ts";

/**
 * Something that answers requests: a transport, a stack of filters over one, an application's handler, or a call to
 * another process. Client and server are the same type ("Your Server as a Function", PLOS 2013).
 *
 * The promise settles with the **final response head**; bodies go on in both directions after that, and the call ends
 * once, later, through {@link Call.onEnd}. A refusal is a response (see `localReply`); a rejection means that the call
 * was cancelled, or a defect.
 */
export type Service<Req, Res> = (request: Req, call: Call) => Promise<Res>;

/**
 * Turns one service into another. Curried, so that state is made once per stack and no closure is made per call.
 *
 * `next` may be called not at all (refuse, answer from a cache), once, or several times (retry, hedge, mirror). A filter
 * that only looks at the request returns `next(request, call)` and is not `async`: measured with eight filters, plain
 * ones cost about 20 ns each per call, a `.then` in each 60 ns, `async` in each 90 ns.
 */
export type Filter<ReqIn, ResOut, ReqOut = ReqIn, ResIn = ResOut> = (
  next: Service<ReqOut, ResIn>,
) => Service<ReqIn, ResOut>;
