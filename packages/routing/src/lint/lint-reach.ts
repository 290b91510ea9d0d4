import type { CompiledRoute } from "../route/compiled-route.ts";
import type { CompiledVirtualHost } from "../table/compiled-virtual-host.ts";
import { finding, type RouteFinding } from "./finding.ts";
import { whyNever } from "./why-never.ts";

type Route = CompiledRoute<unknown, unknown>;

/** Looks for routes that an earlier one leaves nothing, and for such as no request can fulfil. */
export function lintReach(host: CompiledVirtualHost<unknown, unknown>): readonly RouteFinding[] {
  let before = 0;
  return host.lists.flatMap(({ routes }) => {
    const earlier = new EarlierRoutes();
    const offset = before;
    before += routes.length;
    return routes.flatMap((route, i) => {
      const place = { virtualHost: host.name, position: offset + i + 1, route: route.config };
      const never = whyNever(route.config.match);
      if (never !== undefined) return [finding("never-matches", place, never)];
      const cover = earlier.coverOf(route);
      earlier.add(route, offset + i + 1);
      if (cover === undefined) return [];
      return [
        finding(
          "unreachable-route",
          place,
          `route ${cover.position} (${cover.route.matcher}) takes all its requests: put this one before it, or drop it`,
        ),
      ];
    });
  });
}

interface Earlier {
  readonly route: Route;
  readonly position: number;
  readonly conditions: readonly string[];
}

/**
 * The routes that may cover a later one: by what their paths begin with, and by one of their conditions, so that each is held
 * against few.
 */
class EarlierRoutes {
  readonly #byLiteral = new Map<string, Map<string, Earlier[]>>();
  readonly #lengths = new Set<number>();

  add(route: Route, position: number): void {
    const { literal, byChance, conditions } = route.matcher;
    if (byChance) return;
    const byCondition = this.#byLiteral.get(literal) ?? new Map<string, Earlier[]>();
    this.#byLiteral.set(literal, byCondition);
    const [first = NO_CONDITION] = conditions;
    const entry = { route, position, conditions };
    const same = byCondition.get(first);
    if (same === undefined) byCondition.set(first, [entry]);
    else same.push(entry);
    this.#lengths.add(literal.length);
  }

  coverOf(route: Route): Earlier | undefined {
    const { literal } = route.matcher;
    const conditions = new Set(route.matcher.conditions);
    const folded = literal.toLowerCase();
    for (const length of this.#lengths) {
      if (length > literal.length) continue;
      const keys = new Set([literal.slice(0, length), folded.slice(0, length)]);
      for (const key of keys) {
        const byCondition = this.#byLiteral.get(key);
        if (byCondition === undefined) continue;
        const covers = [NO_CONDITION, ...conditions]
          .map((first) => byCondition.get(first)?.find((entry) => isCover(entry, route, conditions)))
          .filter((entry) => entry !== undefined);
        if (covers.length > 0) return covers.reduce((a, b) => (b.position < a.position ? b : a));
      }
    }
    return undefined;
  }
}

/** No condition prints itself so. */
const NO_CONDITION = "";

function isCover(earlier: Earlier, route: Route, conditions: ReadonlySet<string>): boolean {
  return earlier.conditions.every((one) => conditions.has(one)) && coversPath(earlier.route, route);
}

/** Whether every path that the second matches is one of the first's. */
function coversPath(first: Route, second: Route): boolean {
  const [a, b] = [first.config.match.path, second.config.match.path];
  const [is, of] = [first.matcher, second.matcher];
  if (a.kind === "connect" || b.kind === "connect") return a.kind === b.kind;
  if (String(is.path) === String(of.path)) return true;
  // What a route with case means in all cases only one without can cover.
  if (of.ignoresCase && !is.ignoresCase) return false;
  const literal = is.ignoresCase ? of.literal.toLowerCase() : of.literal;
  if (of.whole) return is.path.match(of.literal) >= 0;
  if (a.kind === "prefix" || a.kind === "rpc") return !is.whole && literal.startsWith(is.literal);
  return a.kind === "separated-prefix" && coversSegments(is.literal, literal, b.kind);
}

/** Whole segments are sure where the other goes on with a slash, or is of whole segments itself. */
function coversSegments(segments: string, literal: string, kind: string): boolean {
  if (literal === segments) return kind === "separated-prefix";
  return literal.startsWith(`${segments}/`);
}
