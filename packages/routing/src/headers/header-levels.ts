import type { FormatContext, Headers } from "@dualmesh/core";
import { compileHeaderMutations, type HeaderMutationPlan, type HeaderMutations } from "./header-mutations.ts";

/** The mutations of each level, for one direction. */
export interface HeaderLevels {
  readonly weightedCluster?: HeaderMutations | undefined;
  readonly route?: HeaderMutations | undefined;
  readonly virtualHost?: HeaderMutations | undefined;
  readonly table?: HeaderMutations | undefined;
}

/**
 * Compiles the mutations of all levels in the order in which they are applied, so that the last one has its way:
 * from the route to the table, or the other way round where `mostSpecificWins`. A weighted cluster's come first in
 * both orders, so that there, too, they lose against the virtual host: Envoy's rule, kept.
 */
export function compileHeaderLevels(
  levels: HeaderLevels,
  mostSpecificWins: boolean,
  commands: ReadonlySet<string>,
): readonly HeaderMutationPlan[] {
  const { weightedCluster, route, virtualHost, table } = levels;
  const order = mostSpecificWins ? [table, virtualHost, route] : [route, virtualHost, table];
  return [weightedCluster, ...order]
    .filter((mutations) => mutations !== undefined)
    .map((mutations) => compileHeaderMutations(mutations, commands))
    .filter((plan) => !plan.empty);
}

/** Applies one level after the other: each sees what the ones before have done. */
export function applyHeaderLevels(
  plans: readonly HeaderMutationPlan[],
  headers: Headers,
  context: FormatContext,
): void {
  for (const plan of plans) plan.apply(headers, context);
}
