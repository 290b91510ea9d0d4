import { dataPlaneTypes, type ExtensionRegistry, type RoutesPlan } from "@dualmesh/dataplane";
import { type Any, TYPE_URL } from "@dualmesh/envoy-api";
import type { Parsed } from "@dualmesh/xds";
import { UserError } from "../user-error.ts";

/** The route configurations of resources, and the clusters that there are. */
export interface Tables {
  readonly plans: readonly RoutesPlan[];
  readonly clusters: ReadonlySet<string>;
}

/**
 * Compiles the listeners and route configurations of resources, as the data plane would.
 *
 * @throws {UserError} when one cannot be compiled: what is wrong is `validate`'s to say.
 */
export function readTables(resources: readonly Any[], registry: ExtensionRegistry): Tables {
  const types = dataPlaneTypes(registry);
  const plans: RoutesPlan[] = [];
  const clusters = new Set<string>();
  for (const { type_url: url, value } of resources) {
    switch (url) {
      case TYPE_URL.LDS: {
        const { chains } = compiledOf(types.listener.parse(value));
        for (const { http } of chains) if (http.routes.kind === "inline") plans.push(http.routes.routes);
        break;
      }
      case TYPE_URL.RDS:
        plans.push(compiledOf(types.routes.parse(value)));
        break;
      case TYPE_URL.CDS:
        clusters.add(compiledOf(types.cluster.parse(value)).name);
        break;
      default:
    }
  }
  return { plans, clusters };
}

function compiledOf<T>(parsed: Parsed<T>): T {
  if (parsed.kind === "value") return parsed.value;
  throw new UserError(parsed.problems.join("\n"));
}
