import type { ClusterStatus } from "@dualmesh/dataplane";
import type { Explained, RouteFilters } from "./explain-request.ts";

/** The explanation for people, top down: listener, virtual host, routes, cluster, endpoints. */
export function printExplained(explained: Explained): string {
  const { chain, routes, action, filters, cluster, failed } = explained;
  const others = failed.filter(({ name }) => name !== cluster?.name);
  return [
    chain,
    String(routes),
    `→ ${action ?? "answer 404: no route matches"}`,
    ...(filters === undefined ? [] : filterLines(filters)),
    ...(cluster === undefined ? [] : clusterLines(cluster)),
    ...others.map(failureLine),
  ].join("\n");
}

function filterLines({ settingsFor, off }: RouteFilters): readonly string[] {
  return [
    ...(settingsFor.length === 0 ? [] : [`  settings for ${settingsFor.join(", ")}`]),
    ...(off.length === 0 ? [] : [`  off: ${off.join(", ")}`]),
  ];
}

function clusterLines({ name, failed, endpoints }: ClusterStatus): readonly string[] {
  if (failed !== undefined) return [failureLine({ name, failed })];
  if (endpoints.length === 0) return [`cluster "${name}" has no endpoints: the answer is 503`];
  const isServed = (priority: number): boolean =>
    endpoints.some((one) => one.priority === priority && one.health !== "unhealthy");
  const first = Math.min(...endpoints.map(({ priority }) => priority).filter(isServed));
  return [
    `cluster "${name}"`,
    ...endpoints.map(({ address, priority, weight, health, locality }) => {
      const verdict =
        health === "unhealthy"
          ? "refused"
          : priority > first
            ? "standby"
            : health === "degraded"
              ? "degraded"
              : "chosen";
      const where = locality === "" ? "" : `, ${locality}`;
      return `  ${verdict.padEnd(11)} ${address} (${health}, priority ${priority}, weight ${weight}${where})`;
    }),
  ];
}

/** The reason may name the cluster by itself. */
function failureLine({ name, failed = "" }: Pick<ClusterStatus, "name" | "failed">): string {
  const subject = `cluster "${name}"`;
  return `${subject} has failed: ${failed.startsWith(`${subject}: `) ? failed.slice(subject.length + 2) : failed}`;
}

/** The same for programs. */
export function explainedJson({ listener, routes, action, filters, cluster, failed }: Explained): unknown {
  const { authority, path, domains, routes: verdicts } = routes;
  return {
    listener,
    authority,
    path,
    domains,
    routes: verdicts,
    action: action ?? null,
    filters: filters ?? null,
    cluster: cluster ?? null,
    failed,
  };
}
