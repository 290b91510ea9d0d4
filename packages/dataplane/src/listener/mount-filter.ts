import {
  type Attribute,
  type Call,
  createAttribute,
  type Filter,
  type Request,
  type Response,
  type RouteEntry,
} from "@dualmesh/core";
import type { RouteMatch } from "@dualmesh/routing";
import type { AnswerHook } from "../extensions/http-filter-factory.ts";
import { requestFormatContext, responseFormatContext } from "../format-commands.ts";

/** What a filter does to answers of filters further out, where its route does not switch it off. */
export interface MountedHook {
  readonly name: string;
  readonly disabled: boolean;
  readonly hook: AnswerHook;
}

export interface MountOptions {
  readonly name: string;
  /** Whether it runs only where a route switches it on. */
  readonly disabled: boolean;
  /** Those of the filters further in, the innermost first. */
  readonly hooks: readonly MountedHook[];
  /** Whether the router stands behind it. */
  readonly last: boolean;
}

/** Whether an answer needs nothing more: the router was asked, or a filter's own answer was completed. */
const COMPLETE: Attribute<boolean> = createAttribute("complete answer", false);

/**
 * A filter as it stands in a chain: left out where its route says so, and with its own answers completed as Envoy does it:
 * by the header mutations of a route that forwards, then by the filters further in.
 *
 * The route is chosen before the first filter runs. What filters change afterwards moves a request only where one of them
 * clears the route.
 */
export function mountFilter(
  filter: Filter<Request, Response>,
  options: MountOptions,
): Filter<Request, Response> {
  const { name, disabled, hooks, last } = options;
  return (behind) => {
    const next: typeof behind = last
      ? (request, call) => {
          call.set(COMPLETE, true);
          return behind(request, call);
        }
      : behind;
    const service = filter(next);
    return (request, call) => {
      const route = call.route(request.head);
      if (!isOn(route, name, disabled)) return next(request, call);
      const responded = service(request, call);
      if (hooks.length === 0 && !changesAnswers(route)) return responded;
      return responded.then((response) => {
        if (response.head.local !== undefined && !call.get(COMPLETE)) {
          call.set(COMPLETE, true);
          complete(response, request, call, hooks);
        }
        return response;
      });
    };
  };
}

function complete(response: Response, request: Request, call: Call, hooks: readonly MountedHook[]): void {
  // The filter may have cleared the route: what is then chosen no more changes nothing.
  const route = call.matched;
  if (changesAnswers(route) && response.head.local?.asIs !== true) {
    const context = responseFormatContext(requestFormatContext(request, call), response, call);
    route.changeResponseHeaders(response.head.headers, context);
  }
  for (const { name, disabled, hook } of hooks) {
    if (isOn(route, name, disabled)) hook(response, request, call);
  }
}

function isOn(route: RouteEntry | undefined, name: string, disabled: boolean): boolean {
  return route?.filterEnabled(name) ?? !disabled;
}

/** Redirects and direct responses change what they answer themselves, and nothing that a filter answers in their place. */
function changesAnswers(route: RouteEntry | undefined): route is RouteMatch {
  if (route === undefined) return false;
  const { kind, changesResponseHeaders } = route as RouteMatch;
  return changesResponseHeaders && (kind === "forward" || kind === "non-forwarding");
}
