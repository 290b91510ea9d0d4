import { hashModulo, MeshError, systemRandom } from "@dualmesh/core";
import {
  checkKeys,
  checkKind,
  checkList,
  checkMap,
  checkText,
  fieldName,
  firstValue,
  type MatchableHead,
  unknownKind,
} from "@dualmesh/matching";
import type { MatchFacts } from "../route/match-facts.ts";
import type { ForwardMatch } from "../route/route-match.ts";
import type { RoutePath } from "../route/route-path.ts";
import type { RouteScope } from "../route/route-scope.ts";
import {
  CLUSTER_KINDS,
  type ClusterSpecifier,
  type ForwardAction,
  TARGET_KINDS,
  WEIGHTED_KEYS,
  type WeightedClusters,
} from "./forward-action.ts";
import { compileForwardParts, Forward, type ForwardParts } from "./forward-match.ts";
import { compileForwardPlan, type ForwardPlan } from "./forward-plan.ts";
import { compileWeightedChoice } from "./weighted-choice.ts";

/** Gives the match with the cluster of one request. */
export type ClusterChooser<Retry, Extra> = (
  head: MatchableHead,
  facts: MatchFacts,
) => ForwardMatch<Retry, Extra>;

/**
 * Compiles the choice of the cluster. What does not depend on the request is made now, so that only a cluster that is
 * named by a header costs an object per request.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on an empty name, or bad weights.
 */
export function compileClusterChooser<Retry, Extra>(
  action: ForwardAction<Retry, Extra>,
  path: RoutePath,
  scope: RouteScope<Retry, Extra>,
): ClusterChooser<Retry, Extra> {
  const { clusters } = action;
  checkKind("clusters", clusters, CLUSTER_KINDS);
  const plan = compileForwardPlan(action, path, scope);
  if (clusters.kind === "weighted") return compileWeighted(clusters, plan, scope);
  return compileTarget(clusters, compileForwardParts(scope, plan));
}

function compileWeighted<Retry, Extra>(
  { clusters, headerName, byHash = false }: WeightedClusters<Extra>,
  plan: ForwardPlan<Retry>,
  scope: RouteScope<Retry, Extra>,
): ClusterChooser<Retry, Extra> {
  if (byHash && headerName !== undefined) {
    throw new MeshError("INVALID_ARGUMENT", "weighted clusters: headerName and byHash exclude each other");
  }
  if (clusters === undefined)
    throw new MeshError("INVALID_ARGUMENT", "weighted clusters: clusters is missing");
  checkList("weighted clusters", "clusters", clusters);
  for (const one of clusters) {
    checkKeys("weighted cluster", one, WEIGHTED_KEYS);
    checkKind("weighted cluster", one.cluster, TARGET_KINDS);
    checkMap("weighted cluster", "typedPerFilter", one.typedPerFilter);
  }
  const weights = clusters.map(({ weight }) => weight);
  const choice = compileWeightedChoice("weighted clusters", weights, headerName);
  const choosers = clusters.map((weighted) =>
    compileTarget(weighted.cluster, compileForwardParts(scope, plan, weighted)),
  );
  return (head, facts) => {
    const key = byHash ? plan.keyOfRequest?.(head, facts) : undefined;
    const chosen =
      key === undefined
        ? choice.choose(head, facts.random ?? systemRandom)
        : choice.at(hashModulo(key, choice.total));
    return (choosers[chosen] as ClusterChooser<Retry, Extra>)(head, facts);
  };
}

function compileTarget<Retry, Extra>(
  cluster: Exclude<ClusterSpecifier, { readonly kind: "weighted" }>,
  parts: ForwardParts<Retry, Extra>,
): ClusterChooser<Retry, Extra> {
  if (cluster.kind === "single") {
    checkText("cluster", "name", cluster.name);
    if (cluster.name === "") throw new MeshError("INVALID_ARGUMENT", "the name of the cluster is empty");
    const match = new Forward(parts, cluster.name);
    return () => match;
  }
  checkText("cluster", "headerName", cluster.headerName);
  if (cluster.headerName === "")
    throw new MeshError("INVALID_ARGUMENT", "the header that names the cluster has no name");
  const field = fieldName(cluster.headerName);
  return (head) => new Forward(parts, firstValue(head, field) ?? "");
}

/** The clusters that are named in the configuration, and so must be known before it can be used. */
export function namedClusters(clusters: ClusterSpecifier): readonly string[] {
  switch (clusters.kind) {
    case "single":
      return [clusters.name];
    case "header":
      return [];
    case "weighted":
      return clusters.clusters.flatMap(({ cluster }) => namedClusters(cluster));
    default:
      throw unknownKind("clusters", clusters);
  }
}
