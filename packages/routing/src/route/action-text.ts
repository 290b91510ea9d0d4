import type { ClusterSpecifier, ForwardAction } from "../forward/forward-action.ts";
import { hashPoliciesText } from "../forward/hash-policy.ts";
import type { HostRewrite } from "../forward/host-rewrite.ts";
import { mirrorText } from "../forward/mirror-policy.ts";
import type { PathRewrite } from "../forward/path-rewrite.ts";
import type { RedirectAction } from "../local/redirect.ts";
import type { RouteAction } from "./route-config.ts";

/** What a route does, in a few words: `to a 90 of 100 or b 10 of 100, within 15000 ms`. Stable. */
export function actionText(action: RouteAction): string {
  switch (action.kind) {
    case "forward":
      return forwardText(action);
    case "redirect":
      return `redirect ${action.status ?? 301} to ${redirectText(action)}`;
    case "direct-response":
      return `answer ${action.status}`;
    case "non-forwarding":
      return "not forwarded";
    default:
      return action satisfies never;
  }
}

function forwardText(action: ForwardAction): string {
  const { timeoutMs = 15_000, retryPolicy, pathRewrite, hostRewrite, endpointMetadata } = action;
  const { mirrors = [], hashPolicies = [] } = action;
  const wanted = Object.entries(endpointMetadata ?? {}).map(([key, value]) => `${key}=${value}`);
  return [
    `to ${clusterText(action.clusters)}`,
    ...(wanted.length === 0 ? [] : [`endpoints with ${wanted.join(" and ")}`]),
    timeoutMs === 0 ? "without time-out" : `within ${timeoutMs} ms`,
    ...(retryPolicy === undefined ? [] : ["with retries"]),
    ...(pathRewrite === undefined ? [] : [`path ${pathText(pathRewrite)}`]),
    ...(hostRewrite === undefined ? [] : [`host ${hostText(hostRewrite)}`]),
    ...(hashPolicies.length === 0 ? [] : [`keyed by ${hashPoliciesText(hashPolicies)}`]),
    ...mirrors.map((policy) => `mirrored to ${mirrorText(policy)}`),
  ].join(", ");
}

function clusterText(clusters: ClusterSpecifier): string {
  switch (clusters.kind) {
    case "single":
      return clusters.name;
    case "header":
      return `the cluster that header ${clusters.headerName} names`;
    case "weighted": {
      const total = clusters.clusters.reduce((sum, { weight }) => sum + weight, 0);
      const shares = clusters.clusters.map(
        ({ cluster, weight }) => `${clusterText(cluster)} ${weight} of ${total}`,
      );
      const by = clusters.headerName === undefined ? "" : `, by header ${clusters.headerName}`;
      return shares.join(" or ") + by + (clusters.byHash === true ? ", by key" : "");
    }
    default:
      return clusters satisfies never;
  }
}

function pathText(rewrite: PathRewrite): string {
  switch (rewrite.kind) {
    case "prefix":
      return `prefix "${rewrite.value}"`;
    case "regex":
      return `regex /${rewrite.pattern}/${rewrite.substitution}/`;
    case "template":
      return `template "${rewrite.template}"`;
    case "format":
      return `format "${rewrite.format}"`;
    default:
      return rewrite satisfies never;
  }
}

function hostText(rewrite: HostRewrite): string {
  switch (rewrite.kind) {
    case "literal":
      return rewrite.value;
    case "header":
      return `of header ${rewrite.name}`;
    case "path-regex":
      return `regex /${rewrite.pattern}/${rewrite.substitution}/ of the path`;
    case "format":
      return `format "${rewrite.format}"`;
    case "endpoint":
      return "of the endpoint";
    default:
      return rewrite satisfies never;
  }
}

function redirectText({ scheme, host, port, path, stripQuery }: Omit<RedirectAction, "kind">): string {
  const newPath = path?.kind === "whole" ? path.value : path && pathText(path);
  const parts = [
    ...(scheme === undefined ? [] : [`scheme ${scheme}`]),
    ...(host === undefined ? [] : [`host ${host}`]),
    ...(port === undefined ? [] : [`port ${port}`]),
    ...(newPath === undefined ? [] : [`path ${newPath}`]),
    ...(stripQuery ? ["no query"] : []),
  ];
  return parts.join(", ") || "itself";
}
