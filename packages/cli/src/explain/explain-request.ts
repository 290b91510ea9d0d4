import type { Random, RequestHead } from "@dualmesh/core";
import {
  type ClusterStatus,
  createDataPlane,
  createExtensionRegistry,
  type DataPlane,
  dataPlaneTypes,
  type ExtensionRegistry,
  type Listener,
} from "@dualmesh/dataplane";
import type { Any } from "@dualmesh/envoy-api";
import type { MatchFacts, RouteExplanation, RouteMatch } from "@dualmesh/routing";
import { createStaticSource } from "@dualmesh/xds";
import { UserError } from "../user-error.ts";

export interface ExplainOptions {
  readonly resources: readonly Any[];
  readonly head: RequestHead;
  /** What else is known of the request. Default: nothing. */
  readonly facts?: MatchFacts;
  /** Default: the first one for calls of the application that claims the authority, else the first one. */
  readonly listener: string | undefined;
  readonly registry?: ExtensionRegistry;
}

/** Where a request goes. */
export interface Explained {
  readonly listener: string;
  /** The filters in order, and what stands behind them. */
  readonly chain: string;
  readonly routes: RouteExplanation;
  /** What the route does, in one line; `undefined`: none matches, and the answer is 404. */
  readonly action: string | undefined;
  /** What the route says of HTTP filters, any of which may answer by itself; `undefined`: none matches. */
  readonly filters: RouteFilters | undefined;
  /** Absent where nothing is forwarded. */
  readonly cluster: ClusterStatus | undefined;
  /** The clusters of the configuration that cannot be called, with the reason. */
  readonly failed: readonly ClusterStatus[];
}

/** HTTP filters, by their names in the chain, sorted. */
export interface RouteFilters {
  readonly settingsFor: readonly string[];
  readonly off: readonly string[];
}

/**
 * Explains one request over configuration that does not change. Nothing is opened and nobody is asked: host names stand for
 * their addresses.
 *
 * @throws {UserError} when the configuration cannot be compiled, or has no such listener.
 */
export async function explainRequest(options: ExplainOptions): Promise<Explained> {
  const types = dataPlaneTypes(options.registry ?? createExtensionRegistry());
  const all = Object.values(types);
  const resources = options.resources.filter(({ type_url: url }) =>
    all.some(({ typeUrl }) => typeUrl === url),
  );
  const source = createStaticSource({ types: all, resources });
  await using dataPlane = createDataPlane({ source, types, lookup: async (name) => [name] });
  await dataPlane.ready;
  const { head, facts = {} } = options;
  const listener = chooseListener(dataPlane, options, source.problems);
  const port = listener.plan.address?.kind === "tcp" ? listener.plan.address.port : 0;
  const table = listener.routes(port);
  if (table === undefined) {
    throw new UserError(`explain: listener "${listener.name}" has no filter chain for port ${port}`);
  }
  const match = table.match(head, { ...facts, random: FIRST });
  return {
    listener: listener.name,
    chain: String(listener),
    routes: table.explain(head, facts),
    action: match === undefined ? undefined : actionText(match, head),
    filters: match && filtersOf(match),
    cluster: match?.kind === "forward" ? clusterOf(dataPlane, match.cluster) : undefined,
    failed: dataPlane.clusters.filter(({ failed }) => failed !== undefined),
  };
}

/** Shares are shown as such; of weighted clusters, the first one is looked at. */
const FIRST: Random = () => 0;

function chooseListener(
  dataPlane: DataPlane,
  options: ExplainOptions,
  problems: readonly string[],
): Listener {
  const { listener: wanted, head } = options;
  const listeners = [...dataPlane.listeners.values()];
  const outbound = listeners.filter(({ plan }) => plan.direction !== "inbound");
  const found =
    wanted === undefined
      ? (outbound.find((one) => one.claims(head.authority)) ?? outbound[0] ?? listeners[0])
      : dataPlane.listeners.get(wanted);
  if (found !== undefined) return found;
  const names = listeners.map(({ name }) => `"${name}"`).join(", ");
  const known = names === "" ? "there is none" : `there are ${names}`;
  const why = problems.length === 0 ? "" : `\n${problems.join("\n")}`;
  throw new UserError(
    `explain: expected ${wanted === undefined ? "a listener" : `listener "${wanted}"`}; ${known} that can serve${why}`,
  );
}

function actionText(match: RouteMatch, head: RequestHead): string {
  switch (match.kind) {
    case "forward": {
      const path = match.rewrittenPath(head);
      const host = match.rewrittenHost(head);
      return [
        `forward to cluster "${match.cluster}"`,
        ...(path === undefined ? [] : [`as path ${path}`]),
        ...(host === undefined ? [] : [`as host ${host}`]),
        match.timeoutMs === 0 ? "without time-out" : `within ${match.timeoutMs} ms`,
      ].join(", ");
    }
    case "redirect":
      return `answer ${match.status}, location ${match.location(head)}`;
    case "direct-response":
      return `answer ${match.status}`;
    case "non-forwarding":
      return "answer 503: the route is for a server of its own";
    default:
      return match satisfies never;
  }
}

function filtersOf(match: RouteMatch): RouteFilters {
  const names = [...match.filterNames].sort();
  const isOff = (name: string): boolean => match.filterEnabled(name) === false;
  return { settingsFor: names.filter((name) => !isOff(name)), off: names.filter(isOff) };
}

function clusterOf(dataPlane: DataPlane, name: string): ClusterStatus {
  const found = dataPlane.clusters.find((cluster) => cluster.name === name);
  return found ?? { name, failed: "there is no such cluster", endpoints: [], balancer: "", thresholds: "" };
}
