import type { ClusterSpecifier } from "../forward/forward-action.ts";
import { hashPoliciesText } from "../forward/hash-policy.ts";
import { mirrorText } from "../forward/mirror-policy.ts";
import type { RedirectAction } from "../local/redirect.ts";
import type { RouteAction } from "./route-config.ts";

/** What a route does, in a few words: `to a 90 of 100 or b 10 of 100, within 15000 ms`. Stable. */
export function actionText(action: RouteAction): string {
  switch (action.kind) {
    case "forward": {
      const { timeoutMs = 15_000, retryPolicy, pathRewrite, hostRewrite, mirrors = [] } = action;
      const { hashPolicies = [] } = action;
      return [
        `to ${clusterText(action.clusters)}`,
        timeoutMs === 0 ? "without time-out" : `within ${timeoutMs} ms`,
        ...(retryPolicy === undefined ? [] : ["with retries"]),
        ...(pathRewrite === undefined ? [] : ["path rewritten"]),
        ...(hostRewrite === undefined ? [] : ["host rewritten"]),
        ...(hashPolicies.length === 0 ? [] : [`keyed by ${hashPoliciesText(hashPolicies)}`]),
        ...mirrors.map((policy) => `mirrored to ${mirrorText(policy)}`),
      ].join(", ");
    }
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

function redirectText({ scheme, host, port, path, stripQuery }: Omit<RedirectAction, "kind">): string {
  const parts = [
    ...(scheme === undefined ? [] : [`scheme ${scheme}`]),
    ...(host === undefined ? [] : [`host ${host}`]),
    ...(port === undefined ? [] : [`port ${port}`]),
    ...(path === undefined ? [] : ["value" in path ? `path ${path.value}` : "a rewritten path"]),
    ...(stripQuery ? ["no query"] : []),
  ];
  return parts.join(", ") || "itself";
}
