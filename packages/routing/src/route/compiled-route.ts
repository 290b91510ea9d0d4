import { MeshError } from "@dualmesh/core";
import {
  checkKeys,
  checkKind,
  checkMap,
  knownKeys,
  type MatchableHead,
  unknownKind,
} from "@dualmesh/matching";
import { compileClusterChooser, namedClusters } from "../forward/cluster-chooser.ts";
import { FORWARD_KEYS } from "../forward/forward-action.ts";
import { DIRECT_RESPONSE_KEYS } from "../local/local-action.ts";
import { compileDirectResponse, compileNonForwarding, compileRedirectMatch } from "../local/local-match.ts";
import { REDIRECT_KEYS } from "../local/redirect.ts";
import { actionText } from "./action-text.ts";
import type { MatchFacts } from "./match-facts.ts";
import type { RouteAction, RouteConfig } from "./route-config.ts";
import type { RouteMatch } from "./route-match.ts";
import { compileRouteMatcher, type RouteMatcher } from "./route-matcher.ts";
import { compileRoutePath, type RoutePath } from "./route-path.ts";
import type { RouteScope } from "./route-scope.ts";

/** What is compiled of a route, wherever it stands. */
interface RouteParts<Retry, Extra> {
  readonly config: RouteConfig<Retry, Extra>;
  readonly matcher: RouteMatcher;
  /** Clusters that the configuration names. */
  readonly clusters: readonly string[];
  /** The match of a request that `matcher` accepts. */
  readonly choose: (head: MatchableHead, facts: MatchFacts) => RouteMatch<Retry, Extra>;
  readonly text: () => string;
}

/** A route, compiled once. */
export class CompiledRoute<Retry, Extra> {
  /** Comes before all routes of its list with a greater one. Not its place: changed lists leave gaps. */
  readonly order: number;
  readonly matcher: RouteMatcher;
  readonly choose: RouteParts<Retry, Extra>["choose"];
  readonly #parts: RouteParts<Retry, Extra>;

  constructor(order: number, parts: RouteParts<Retry, Extra>) {
    this.order = order;
    this.matcher = parts.matcher;
    this.choose = parts.choose;
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.config.name ?? "";
  }

  get config(): RouteConfig<Retry, Extra> {
    return this.#parts.config;
  }

  get clusters(): readonly string[] {
    return this.#parts.clusters;
  }

  /** `name: matcher -> action`. Stable. Made when somebody asks: a table of ten thousand routes rarely prints itself. */
  get text(): string {
    return this.#parts.text();
  }

  /** The same route at another place. */
  at(order: number): CompiledRoute<Retry, Extra> {
    return order === this.order ? this : new CompiledRoute(order, this.#parts);
  }
}

/** Where a route stands. */
export type RoutePlace<Retry, Extra> = Omit<RouteScope<Retry, Extra>, "route" | "text">;

/** Whether routes come out the same at both places. */
export function isSamePlace<Retry, Extra>(a: RoutePlace<Retry, Extra>, b: RoutePlace<Retry, Extra>): boolean {
  return (
    a.table === b.table &&
    a.virtualHost === b.virtualHost &&
    a.commands === b.commands &&
    a.limits === b.limits
  );
}

/**
 * Compiles a route.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`, naming virtual host and route: by `position`, from 1.
 */
export function compileRoute<Retry, Extra>(
  config: RouteConfig<Retry, Extra>,
  position: number,
  order: number,
  place: RoutePlace<Retry, Extra>,
): CompiledRoute<Retry, Extra> {
  try {
    return compileBareRoute(config, order, place);
  } catch (cause) {
    const reason = MeshError.is(cause) ? cause.rawMessage : String(cause);
    const where = `virtual host "${place.virtualHost.name}", ${routeName(config, position)}`;
    throw new MeshError("INVALID_ARGUMENT", `${where}: ${reason}`, { cause });
  }
}

/** `route 3 ("checkout")`, by its position, from 1. */
export function routeName(config: RouteConfig | undefined, position: number): string {
  const name = config?.name ?? "";
  return name === "" ? `route ${position}` : `route ${position} ("${name}")`;
}

/**
 * Compiles a route, for those who say themselves where it stands.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` with the reason alone.
 */
export function compileBareRoute<Retry, Extra>(
  config: RouteConfig<Retry, Extra>,
  order: number,
  place: RoutePlace<Retry, Extra>,
): CompiledRoute<Retry, Extra> {
  checkRoute(config);
  const { name = "", action, match } = config;
  const path = compileRoutePath(
    match.path,
    place.table.ignorePathParametersInPathMatching ?? false,
    place.limits,
  );
  const matcher = compileRouteMatcher(match, path, place.limits);
  const text = (): string => `${name === "" ? "" : `${name}: `}${matcher} -> ${actionText(action)}`;
  return new CompiledRoute(order, {
    config,
    matcher,
    choose: compileAction(config, path, { ...place, route: config, text }),
    clusters: action.kind === "forward" ? namedClusters(action.clusters) : NO_CLUSTERS,
    text,
  });
}

const KEYS = knownKeys<RouteConfig>(
  "name",
  "match",
  "action",
  "requestHeaders",
  "setLabels",
  "responseHeaders",
  "typedPerFilter",
  "extra",
);

const ACTIONS: Readonly<Record<RouteAction["kind"], ReadonlySet<string>>> = {
  forward: FORWARD_KEYS,
  redirect: REDIRECT_KEYS,
  "direct-response": DIRECT_RESPONSE_KEYS,
  "non-forwarding": knownKeys<RouteAction>("kind"),
};

function checkRoute(config: RouteConfig): void {
  checkKeys("route", config, KEYS);
  checkMap("route", "typedPerFilter", config.typedPerFilter);
  if (config.match === undefined) throw new MeshError("INVALID_ARGUMENT", "route: match is missing");
  checkKind("action", config.action, ACTIONS);
}

const NO_CLUSTERS: readonly string[] = [];

function compileAction<Retry, Extra>(
  { action }: RouteConfig<Retry, Extra>,
  path: RoutePath,
  scope: RouteScope<Retry, Extra>,
): CompiledRoute<Retry, Extra>["choose"] {
  switch (action.kind) {
    case "forward":
      return compileClusterChooser(action, path, scope);
    case "redirect":
      return always(compileRedirectMatch(action, path, scope));
    case "direct-response":
      return always(compileDirectResponse(action, scope));
    case "non-forwarding":
      return always(compileNonForwarding(scope));
    default:
      throw unknownKind("action", action);
  }
}

function always<Match>(match: Match): () => Match {
  return () => match;
}
