import type { Call, Clock, Filter, Metrics, Random, Request, Response } from "@dualmesh/core";
import type { Runtime } from "../runtime.ts";

/** What a filter may need besides its configuration. Made once per filter chain. */
export interface FilterContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly runtime: Runtime;
  /** The name of the filter in its chain: the key of its settings in routes. */
  readonly name: string;
  /** `http.<stat_prefix>.`, for the names of metrics. */
  readonly statPrefix: string;
}

/** Changes an answer that a filter further out gave by itself. Must not throw. */
export type AnswerHook = (response: Response, request: Request, call: Call) => void;

/**
 * An HTTP filter that configuration can name by the type of its `typed_config`.
 *
 * Compiling is validating: `parse` refuses bad configuration when it arrives, by throwing an error that says why, and
 * `create` runs only with what `parse` returned.
 */
export interface HttpFilterFactory<Config = unknown, RouteConfig = unknown> {
  /** The full name of the configuration's message type, such as `envoy.extensions.filters.http.fault.v3.HTTPFault`. */
  readonly type: string;
  /** Checks a configuration: a decoded message, or the plain value of a `TypedStruct`. */
  parse(config: unknown): Config;
  /** Checks what a route, virtual host or weighted cluster sets for this filter. Absent: routes cannot set anything. */
  parseRoute?(config: unknown): RouteConfig;
  /** The types that routes may use for it. Default: `type`. */
  readonly routeTypes?: readonly string[];
  create(config: Config, context: FilterContext): Filter<Request, Response>;
  /**
   * What this filter does to answers of filters further out, whose requests never come to it: with Envoy every answer
   * passes all filters. Default: nothing.
   */
  createAnswerHook?(config: Config, context: FilterContext): AnswerHook;
}
