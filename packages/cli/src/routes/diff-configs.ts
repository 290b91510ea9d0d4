import { type ExtensionRegistry, filterSettingText } from "@dualmesh/dataplane";
import type { Any } from "@dualmesh/envoy-api";
import { createRouteTable, type RouteTable } from "@dualmesh/routing";
import { diffRoutes, type RoutesDiff } from "@dualmesh/routing/lint";
import { readTables } from "./read-tables.ts";

/** What changes in one table of routes. */
export interface TableDiff {
  /** `listener "outbound"` and where in it, or `route configuration "shop"`. */
  readonly table: string;
  readonly diff: RoutesDiff;
}

/** Compares the tables of two configurations, each with the one of its place; one that is not there answers nothing. */
export function diffConfigs(
  before: readonly Any[],
  after: readonly Any[],
  registry: ExtensionRegistry,
): readonly TableDiff[] {
  const [was, is] = [tablesByPlace(before, registry), tablesByPlace(after, registry)];
  const places = [...new Set([...was.keys(), ...is.keys()])];
  return places.map((table) => ({
    table,
    diff: diffRoutes(was.get(table) ?? NO_ROUTES, is.get(table) ?? NO_ROUTES, {
      settingText: filterSettingText,
    }),
  }));
}

const NO_ROUTES: RouteTable = createRouteTable({ virtualHosts: [] });

function tablesByPlace(
  resources: readonly Any[],
  registry: ExtensionRegistry,
): ReadonlyMap<string, RouteTable> {
  return new Map(readTables(resources, registry).plans.map(({ path, table }) => [path, table]));
}
