import type { RouteEntry } from "@dualmesh/core";
import type { MessageTypes } from "@dualmesh/envoy-api";
import type { RouteMatch } from "@dualmesh/routing";
import { type CorsPlan, corsFilter, layerCors } from "@dualmesh/routing/cors";
import { type FaultPlan, faultFilter } from "@dualmesh/routing/fault";
import { corsPlan } from "../compile/cors.ts";
import { faultPlan } from "../compile/fault.ts";
import { headerMutationConfig, headerMutationLevel } from "../compile/header-mutation-filter.ts";
import { type HeaderMutationConfig, HeaderMutator, type MutationLevel } from "../filters/header-mutation.ts";
import type { HttpFilterFactory } from "./http-filter-factory.ts";

const FAULT = "envoy.extensions.filters.http.fault.v3.HTTPFault";
const CORS = "envoy.extensions.filters.http.cors.v3.Cors";
const CORS_POLICY = "envoy.extensions.filters.http.cors.v3.CorsPolicy";
const HEADER_MUTATION = "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation";
const HEADER_MUTATION_PER_ROUTE = "envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute";

/**
 * What a route says, with the filter for which it was read: routes know filters by name alone, and what stands under a name
 * may be meant for another filter. Such a setting says nothing, as with Envoy.
 */
interface RouteSetting<T> {
  readonly type: string;
  readonly value: T;
}

/** What a route says replaces the whole of the filter's own. */
export const FAULT_FILTER: HttpFilterFactory<FaultPlan, RouteSetting<FaultPlan>> = {
  type: FAULT,
  parse: (config) => faultPlan(config as MessageTypes[typeof FAULT]),
  parseRoute: (config) => ({ type: FAULT, value: faultPlan(config as MessageTypes[typeof FAULT]) }),
  create: (own, { name, ...context }) =>
    faultFilter({
      ...context,
      fault({ head }, call) {
        const setting = call.route(head)?.filterConfig(name) as RouteSetting<FaultPlan> | undefined;
        return setting?.type === FAULT ? setting.value : own;
      },
    }),
};

/** Only routes have policies, all their levels together one. */
export const CORS_FILTER: HttpFilterFactory<undefined, RouteSetting<CorsPlan>> = {
  type: CORS,
  parse: () => undefined,
  parseRoute: (config) => ({ type: CORS, value: corsPlan(config as MessageTypes[typeof CORS_POLICY]) }),
  routeTypes: [CORS_POLICY],
  create(_, { name, ...context }) {
    const plans = new WeakMap<RouteEntry, CorsPlan | "none">();
    return corsFilter({
      ...context,
      cors({ head }, call) {
        const route = call.route(head);
        if (route === undefined) return undefined;
        let plan = plans.get(route);
        if (plan === undefined) {
          plan =
            (answersItself(route) ? undefined : layerCors(settingsOf<CorsPlan>(route, name, CORS))) ?? "none";
          plans.set(route, plan);
        }
        return plan === "none" ? undefined : plan;
      },
    });
  },
};

/** What the levels of a route say comes on top of the filter's own. */
export const HEADER_MUTATION_FILTER: HttpFilterFactory<HeaderMutationConfig, RouteSetting<MutationLevel>> = {
  type: HEADER_MUTATION,
  parse: (config) => headerMutationConfig(config as MessageTypes[typeof HEADER_MUTATION]),
  parseRoute: (config) => ({
    type: HEADER_MUTATION,
    value: headerMutationLevel(config as MessageTypes[typeof HEADER_MUTATION_PER_ROUTE]),
  }),
  routeTypes: [HEADER_MUTATION_PER_ROUTE],
  create: (config, { name }) => mutatorOf(config, name).filter,
  createAnswerHook(config, { name }) {
    const mutator = mutatorOf(config, name);
    return (response, request, call) => mutator.changeResponse(response, request, call);
  },
};

function mutatorOf(config: HeaderMutationConfig, name: string): HeaderMutator {
  return new HeaderMutator(config, (route) => settingsOf<MutationLevel>(route, name, HEADER_MUTATION));
}

function settingsOf<T>(route: RouteEntry, name: string, type: string): readonly T[] {
  const settings = route.filterConfigs(name) as readonly RouteSetting<T>[];
  return settings.filter((setting) => setting.type === type).map(({ value }) => value);
}

/** Redirects and direct responses have no policy of CORS, as with Envoy. */
function answersItself(route: RouteEntry): boolean {
  const { kind } = route as RouteMatch;
  return kind === "redirect" || kind === "direct-response";
}
