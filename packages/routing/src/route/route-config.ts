import type {
  CookieMatcher,
  FactMatcher,
  HeaderMatcher,
  InputPredicate,
  LabelMatcher,
  QueryParameterMatcher,
} from "@dualmesh/matching";
import type { ForwardAction } from "../forward/forward-action.ts";
import type { HeaderMutations } from "../headers/header-mutations.ts";
import type { LabelSettings } from "../headers/label-settings.ts";
import type { DirectResponseAction, NonForwardingAction } from "../local/local-action.ts";
import type { RedirectAction } from "../local/redirect.ts";
import type { RuntimeFraction } from "./fraction.ts";
import type { RoutePathMatcher } from "./route-path.ts";

/**
 * What a request must be like, and what is done with it then.
 *
 * `Retry` is what the caller uses as a retry policy; `Extra` is whatever else it wants to find again with the route.
 */
export interface RouteConfig<Retry = unknown, Extra = unknown> {
  /** For logs and `explain`. Need not be unique. Default: empty. */
  readonly name?: string;
  readonly match: RouteMatchConfig;
  readonly action: RouteAction<Retry, Extra>;
  readonly requestHeaders?: HeaderMutations;
  /** Labels that travel with the call from here on; the virtual host's are set too, where the names differ. */
  readonly setLabels?: LabelSettings;
  readonly responseHeaders?: HeaderMutations;
  /** Configuration for HTTP filters, by the filter's name; `FILTER_OFF` switches one off. */
  readonly typedPerFilter?: ReadonlyMap<string, unknown>;
  readonly extra?: Extra;
}

/** What is done with a request. */
export type RouteAction<Retry = unknown, Extra = unknown> =
  | ForwardAction<Retry, Extra>
  | RedirectAction
  | DirectResponseAction
  | NonForwardingAction;

/** All of it must hold. */
export interface RouteMatchConfig {
  readonly path: RoutePathMatcher;
  /** One of these, in this very case. Default: any. */
  readonly methods?: readonly string[];
  readonly headers?: readonly HeaderMatcher[];
  readonly queryParameters?: readonly QueryParameterMatcher[];
  readonly cookies?: readonly CookieMatcher[];
  /** Labels that travel with the call, in its field `baggage`. */
  readonly labels?: readonly LabelMatcher[];
  /** Labels of the workload that calls. */
  readonly sourceLabels?: readonly LabelMatcher[];
  /** What is known of the request besides its head: metadata, filter state, the client's certificate. */
  readonly facts?: readonly FactMatcher[];
  /** Further conditions, joined by `all`, `any` and `not`, also about addresses. */
  readonly where?: InputPredicate;
  /** Only gRPC, by its content type. Default false. */
  readonly grpc?: boolean;
  /** Which share of the requests for which all else holds. Default: all. */
  readonly fraction?: RuntimeFraction;
}
