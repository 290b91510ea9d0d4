import type { WeightedClusters } from "../forward/forward-action.ts";
import type { CompiledVirtualHost } from "../table/compiled-virtual-host.ts";
import { type FindingPlace, finding, type RouteFinding } from "./finding.ts";

/** Looks at weights and shares, and at the clusters that they lead to. */
export function lintShares(
  host: CompiledVirtualHost<unknown, unknown>,
  clusters: ReadonlySet<string> | undefined,
): readonly RouteFinding[] {
  return host.routes.flatMap(({ config, clusters: named }, i) => {
    const place = { virtualHost: host.name, position: i + 1, route: config };
    const { action, match } = config;
    const { fraction } = match;
    const weighted =
      action.kind === "forward" && action.clusters.kind === "weighted" ? action.clusters : undefined;
    return [
      ...(fraction !== undefined && fraction.numerator > fraction.denominator
        ? [
            finding(
              "share-not-met",
              place,
              `its share is ${fraction.numerator} of ${fraction.denominator}: more than all counts as all`,
            ),
          ]
        : []),
      ...(weighted === undefined ? [] : lintWeights(weighted, place)),
      ...[...new Set(named)]
        .filter((name) => clusters !== undefined && !clusters.has(name))
        .map((name) => finding("unknown-cluster", place, `there is no cluster "${name}": its requests fail`)),
    ];
  });
}

function lintWeights(
  { clusters, headerName }: WeightedClusters,
  place: FindingPlace,
): readonly RouteFinding[] {
  const total = clusters.reduce((sum, { weight }) => sum + weight, 0);
  const nameOf = (one: (typeof clusters)[number]): string =>
    one.cluster.kind === "single" ? `"${one.cluster.name}"` : `of header ${one.cluster.headerName}`;
  const idle = clusters
    .filter(({ weight }) => weight === 0)
    .map((one) =>
      finding("share-not-met", place, `cluster ${nameOf(one)} has weight 0, and never gets a request`),
    );
  const names = clusters.map(nameOf);
  const twice = [...new Set(names.filter((name, i) => names.indexOf(name) < i))].map((name) =>
    finding("share-not-met", place, `cluster ${name} occurs twice: its shares add up`),
  );
  const alone = clusters.length > 1 && clusters.some(({ weight }) => weight === total);
  const sure = alone && headerName !== undefined;
  return [
    ...idle,
    ...twice,
    ...(sure
      ? [
          finding(
            "share-not-met",
            place,
            `header ${headerName} decides between clusters of which one has all`,
          ),
        ]
      : []),
  ];
}
