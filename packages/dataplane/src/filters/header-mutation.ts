import type { Call, Filter, FormatContext, Headers, Request, Response, RouteEntry } from "@dualmesh/core";
import { requestFormatContext, responseFormatContext } from "../format-commands.ts";
import { mutateTrailers } from "./mutate-trailers.ts";
import type { QueryMutator } from "./query-mutations.ts";

/** One change of headers; see `HeaderMutationPlan` of the routing package for additions and removals. */
export interface HeaderStep {
  apply(headers: Headers, context: FormatContext): void;
}

/** What one level of configuration changes. Steps are done in order, each on what the ones before have made. */
export interface MutationLevel {
  readonly request: readonly HeaderStep[];
  readonly query: QueryMutator | undefined;
  readonly requestTrailers: readonly HeaderStep[];
  readonly response: readonly HeaderStep[];
  readonly responseTrailers: readonly HeaderStep[];
}

export interface HeaderMutationConfig {
  readonly own: MutationLevel;
  /** Whether levels are applied from the table to the weighted cluster, so that that has its way. */
  readonly mostSpecificWins: boolean;
}

/** Changes requests and responses as the filter itself says, and then as the levels of the route do. */
export class HeaderMutator {
  readonly #config: HeaderMutationConfig;
  readonly #ofRoute: (route: RouteEntry) => readonly MutationLevel[];
  /** The levels of a route, found once: routes live as long as their table. */
  readonly #levels = new WeakMap<RouteEntry, readonly MutationLevel[]>();
  readonly #withoutRoute: readonly MutationLevel[];

  /** `ofRoute`: the levels of a route, the most specific first. */
  constructor(config: HeaderMutationConfig, ofRoute: (route: RouteEntry) => readonly MutationLevel[]) {
    this.#config = config;
    this.#ofRoute = ofRoute;
    this.#withoutRoute = [config.own];
  }

  readonly filter: Filter<Request, Response> = (next) => (request, call) => {
    const levels = this.#of(call.route(request.head));
    const context = requestFormatContext(request, call);
    for (const { request: steps, query, requestTrailers } of levels) {
      applySteps(steps, request.head.headers, context);
      if (query !== undefined) request.head.path = query(request.head.path, context);
      if (requestTrailers.length > 0) {
        request.body = mutateTrailers(request.body, (trailers) =>
          applySteps(requestTrailers, trailers, context),
        );
      }
    }
    const responded = next(request, call);
    if (!levels.some(changesResponse)) return responded;
    return responded.then((response) => {
      this.changeResponse(response, request, call);
      return response;
    });
  };

  changeResponse(response: Response, request: Request, call: Call): void {
    const told = responseFormatContext(requestFormatContext(request, call), response, call);
    const { status, local } = response.head;
    // For filters, unlike for routes, the status of a refusal is known; not so that of an answer that goes out as it is.
    const context: FormatContext = (command, argument) =>
      command === "RESPONSE_CODE" && local?.asIs !== true ? String(status) : told(command, argument);
    for (const { response: steps, responseTrailers } of this.#of(call.matched)) {
      applySteps(steps, response.head.headers, context);
      if (responseTrailers.length === 0) continue;
      response.body = mutateTrailers(response.body, (trailers) =>
        applySteps(responseTrailers, trailers, context),
      );
    }
  }

  #of(route: RouteEntry | undefined): readonly MutationLevel[] {
    if (route === undefined) return this.#withoutRoute;
    let levels = this.#levels.get(route);
    if (levels === undefined) {
      const ofRoute = this.#ofRoute(route);
      levels = [this.#config.own, ...(this.#config.mostSpecificWins ? ofRoute.toReversed() : ofRoute)];
      this.#levels.set(route, levels);
    }
    return levels;
  }
}

function applySteps(steps: readonly HeaderStep[], headers: Headers, context: FormatContext): void {
  for (const step of steps) step.apply(headers, context);
}

function changesResponse({ response, responseTrailers }: MutationLevel): boolean {
  return response.length > 0 || responseTrailers.length > 0;
}
