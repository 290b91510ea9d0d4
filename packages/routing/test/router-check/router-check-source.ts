import type { RouteConfig, RouteTableConfig, RouteTableOptions } from "../../src/index.ts";

/** What one of Envoy's goldens says, as a table of routes and the requests that it was asked for. */
export interface RouterCheckSource {
  /** The golden's file name, without its endings. */
  readonly file: string;
  readonly table: RouteTableConfig;
  readonly options?: RouteTableOptions;
  readonly cases: readonly RouterCheckCase[];
}

export interface RouterCheckCase {
  readonly authority: string;
  readonly path: string;
  /** Default `GET`. */
  readonly method?: string;
  /** Whether the request came by TLS. Default false. */
  readonly https?: boolean;
  /** Marked as coming from inside the mesh. Default false. */
  readonly internal?: boolean;
  /** Names and values in turn. */
  readonly headers?: readonly string[];
  /**
   * The number that stands for chance. Envoy takes `randomValue % total`, total being the sum of weights or the denominator
   * of a share, and 100 in all of these files. Default 0.
   */
  readonly randomValue?: number;
  /** The one runtime key that is set to what routes give as its default; all others are off. Default: all are. */
  readonly runtime?: string;
  /** Dynamic metadata, by filter. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly expected: Partial<RouterCheckOutcome>;
}

/** All that can be told of a decision. Empty, 0 or undefined where there is nothing to tell. */
export interface RouterCheckOutcome {
  readonly kind: string;
  readonly virtualHost: string;
  readonly cluster: string;
  /** The name of the route. */
  readonly name: string;
  /** As the upstream sees them; empty where none sees anything. */
  readonly path: string;
  readonly host: string;
  readonly timeoutMs: number;
  readonly location: string;
  /** Of a redirect or an answer. */
  readonly status: number;
  /** Of an answer. */
  readonly bodyLength: number;
  /** By name, after all mutations; several values are joined by commas. */
  readonly requestHeaders: Readonly<Record<string, string | undefined>>;
  readonly responseHeaders: Readonly<Record<string, string | undefined>>;
  /** What the caller attached to the route. */
  readonly extra: unknown;
}

/** A route to a cluster by a prefix. */
export function byPrefix(
  value: string,
  cluster: string,
  rest: Partial<Omit<Extract<RouteConfig["action"], { kind: "forward" }>, "kind">> = {},
): RouteConfig {
  return {
    match: { path: { kind: "prefix", value } },
    action: { kind: "forward", clusters: { kind: "single", name: cluster }, ...rest },
  };
}

/** The same route under other conditions besides its path. */
export function when(conditions: Partial<RouteConfig["match"]>, route: RouteConfig): RouteConfig {
  return { ...route, match: { ...route.match, ...conditions } };
}
