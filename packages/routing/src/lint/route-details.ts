import type { CompiledRoute } from "../route/compiled-route.ts";
import type { RouteConfig } from "../route/route-config.ts";
import type { RouteTableConfig, VirtualHostConfig } from "../table/route-table-config.ts";

/** Fields of each level that say what else is done to a request on its way. */
const FIELDS = [
  "requestHeaders",
  "responseHeaders",
  "setLabels",
  "retryPolicy",
  "mirrors",
  "typedPerFilter",
] as const;

type Level = Readonly<Partial<Record<(typeof FIELDS)[number], unknown>>>;

/**
 * What is done to a request and its response besides where it goes, by names such as `requestHeaders of the virtual host`.
 * What says nothing is left out.
 */
export function routeDetails(
  table: RouteTableConfig,
  host: VirtualHostConfig,
  routes: readonly CompiledRoute<unknown, unknown>[],
  settingText: (setting: unknown) => string | undefined,
): ReadonlyMap<string, string> {
  const details = new Map<string, string>();
  const add = (name: string, value: unknown): void => {
    const text = JSON.stringify(value, (_, inner) => plainValue(inner, settingText));
    if (text !== undefined && !EMPTY.has(text)) details.set(name, text);
  };
  const addLevel = (whose: string, level: Level): void => {
    for (const field of FIELDS) add(`${field} of the ${whose}`, level[field]);
  };
  addLevel("table", table);
  addLevel("virtual host", host);
  for (const [i, { config }] of routes.entries()) {
    const whose = routes.length === 1 ? "route" : `route at place ${i + 1}`;
    addLevel(whose, config);
    for (const [field, value] of Object.entries(config.action satisfies RouteConfig["action"])) {
      if (field !== "kind") add(`${field} of the ${whose}`, value);
    }
  }
  return details;
}

/** What nothing comes of, however it was written. */
const EMPTY: ReadonlySet<string> = new Set(["{}", "[]", '{"remove":[],"add":[]}', "null"]);

/** What JSON has no words for. */
function plainValue(value: unknown, settingText: (setting: unknown) => string | undefined): unknown {
  if (value instanceof Map) return [...value].map(([key, inner]) => [key, plainValue(inner, settingText)]);
  if (typeof value === "bigint" || typeof value === "function" || typeof value === "symbol")
    return String(value);
  return typeof value === "object" && value !== null ? (settingText(value) ?? value) : value;
}
