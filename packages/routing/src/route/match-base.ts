import type { FormatContext, Headers } from "@dualmesh/core";
import type { WeightedCluster } from "../forward/forward-action.ts";
import { applyHeaderLevels } from "../headers/header-levels.ts";
import type { HeaderMutationPlan } from "../headers/header-mutations.ts";
import { FILTER_OFF } from "./filter-off.ts";
import { filterConfigs, headerPlans, type RouteScope } from "./route-scope.ts";

/** What the matches of all actions share, compiled once. */
export interface MatchParts<Extra> {
  readonly name: string;
  readonly virtualHost: string;
  readonly extra: Extra | undefined;
  readonly virtualHostExtra: Extra | undefined;
  /** The most specific first. */
  readonly filterConfigs: readonly ReadonlyMap<string, unknown>[];
  readonly responsePlans: readonly HeaderMutationPlan[];
  readonly text: () => string;
}

/** Compiles what all matches share, for a route or for one weighted cluster of it. */
export function compileMatchParts<Retry, Extra>(
  scope: RouteScope<Retry, Extra>,
  weighted?: WeightedCluster<Extra>,
): MatchParts<Extra> {
  return {
    name: scope.route.name ?? "",
    virtualHost: scope.virtualHost.name,
    extra: scope.route.extra,
    virtualHostExtra: scope.virtualHost.extra,
    filterConfigs: filterConfigs(scope, weighted),
    responsePlans: headerPlans(scope, "responseHeaders", weighted),
    text: scope.text,
  };
}

/** The common half of a match. */
export abstract class MatchBase<Extra> {
  readonly name: string;
  readonly virtualHost: string;
  readonly extra: Extra | undefined;
  readonly virtualHostExtra: Extra | undefined;
  readonly #parts: MatchParts<Extra>;

  constructor(parts: MatchParts<Extra>) {
    this.name = parts.name;
    this.virtualHost = parts.virtualHost;
    this.extra = parts.extra;
    this.virtualHostExtra = parts.virtualHostExtra;
    this.#parts = parts;
  }

  filterConfig(filter: string): unknown {
    for (const configs of this.#parts.filterConfigs) {
      const config = configs.get(filter);
      if (config !== undefined && config !== FILTER_OFF) return config;
    }
    return undefined;
  }

  filterConfigs(filter: string): readonly unknown[] {
    return this.#parts.filterConfigs
      .map((configs) => configs.get(filter))
      .filter((config) => config !== undefined && config !== FILTER_OFF);
  }

  filterEnabled(filter: string): boolean | undefined {
    for (const configs of this.#parts.filterConfigs) {
      const config = configs.get(filter);
      if (config !== undefined) return config !== FILTER_OFF;
    }
    return undefined;
  }

  get filterNames(): ReadonlySet<string> {
    return new Set(this.#parts.filterConfigs.flatMap((configs) => [...configs.keys()]));
  }

  get changesResponseHeaders(): boolean {
    return this.#parts.responsePlans.length > 0;
  }

  changeResponseHeaders(headers: Headers, context: FormatContext): void {
    applyHeaderLevels(this.#parts.responsePlans, headers, context);
  }

  toString(): string {
    return this.#parts.text();
  }
}
