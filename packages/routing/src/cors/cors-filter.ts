import {
  type Call,
  type Filter,
  localReply,
  type Metrics,
  noMetrics,
  type Random,
  type Request,
  type Response,
  systemRandom,
} from "@dualmesh/core";
import type { RuntimeValues } from "../route/fraction.ts";
import { type CorsPlan, decideCors } from "./cors-plan.ts";

export interface CorsFilterOptions {
  /** The policy of all requests, or a function that says it for each, such as by its route. */
  readonly cors: CorsPlan | ((request: Request, call: Call) => CorsPlan | undefined);
  /** For policies that are for a share of requests. Default: the system's. */
  readonly random?: Random;
  /** For shares with a runtime key. Default: none is set. */
  readonly runtime?: RuntimeValues;
  readonly metrics?: Metrics;
  /** In front of the names of metrics. Default: empty. */
  readonly statPrefix?: string;
}

/**
 * Answers preflights of pages, and tells their browsers who may read the answers.
 *
 * ```ts
 * import { createCall, stack, type Request, type Response } from "@dualmesh/core";
 * import { compileCors, corsFilter } from "@dualmesh/routing/cors";
 * import { mockService, textRequest } from "@dualmesh/testkit";
 *
 * const allowOrigins = [{ kind: "suffix", value: ".shop.test" }] as const;
 * const send = stack<Request, Response>()
 *   .use("cors", corsFilter({ cors: compileCors({ allowOrigins, allowMethods: "GET,PUT" }) }))
 *   .to(mockService().service);
 * const headers = { origin: "https://www.shop.test", "access-control-request-method": "PUT" };
 * const answer = await send(textRequest({ method: "OPTIONS", headers }), createCall());
 * console.log(answer.head.headers.get("access-control-allow-methods")); // => GET,PUT
 * ```
 *
 * @see Envoy, "HTTP filters", CORS
 */
export function corsFilter(options: CorsFilterOptions): Filter<Request, Response> {
  const { cors, random = systemRandom, runtime, metrics = noMetrics, statPrefix = "" } = options;
  const planOf = typeof cors === "function" ? cors : () => cors;
  const valid = metrics.counter(`${statPrefix}cors.origin_valid`);
  const invalid = metrics.counter(`${statPrefix}cors.origin_invalid`);
  return (next) => (request, call) => {
    const plan = planOf(request, call);
    if (plan === undefined) return next(request, call);
    const decision = decideCors(plan, request.head, random, runtime);
    if (decision.kind === "pass") return next(request, call);
    (decision.allowed ? valid : invalid).add();
    if (decision.kind === "shadow") return next(request, call);
    const { headers } = decision;
    if (decision.kind === "preflight") return Promise.resolve(preflight(headers));
    const responded = next(request, call);
    return headers.length === 0 ? responded : responded.then((response) => withFields(response, headers));
  };
}

function preflight(headers: readonly string[]): Response {
  return localReply({ status: 200, code: "OK", details: "cors_response", headers, asIs: true });
}

function withFields(response: Response, flat: readonly string[]): Response {
  const { headers } = response.head;
  for (let i = 0; i < flat.length; i += 2) headers.set(flat[i] as string, flat[i + 1] as string);
  return response;
}
