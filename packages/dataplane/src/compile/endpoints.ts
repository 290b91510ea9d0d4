import type { MessageTypes } from "@dualmesh/envoy-api";
import type { Endpoint } from "@dualmesh/load-balancer";
import { addressKey, type EndpointAddress } from "../transport/endpoint-address.ts";
import { compileAddress } from "./address.ts";
import { enumValue } from "./enum-value.ts";
import type { CompileReport } from "./report.ts";

/** An endpoint as configured; its state lives elsewhere, under its key. */
export interface EndpointPlan extends Endpoint {
  readonly address: EndpointAddress;
  readonly hostname: string;
}

/** The endpoints of one cluster. */
export interface EndpointsPlan {
  readonly name: string;
  readonly endpoints: readonly EndpointPlan[];
  /** Percent; `undefined`: the default of the balancer. */
  readonly overprovisioningFactorPercent: number | undefined;
}

/** Each priority down to the lowest costs a place in every table of picks. */
const MAX_PRIORITY = 127;

/**
 * Compiles a ClusterLoadAssignment. An address that occurs twice is kept once, at its first place, as Envoy does.
 * `names`: whether addresses may be host names, for clusters that resolve them.
 */
export function compileEndpoints(
  message: MessageTypes["envoy.config.endpoint.v3.ClusterLoadAssignment"],
  path: string,
  report: CompileReport,
  options: { readonly names: boolean } = { names: false },
): EndpointsPlan {
  report.checkFields(path, message, { uses: ["cluster_name", "endpoints", "policy"] });
  if (message.policy !== undefined) {
    report.checkFields(`${path}.policy`, message.policy, {
      uses: ["overprovisioning_factor"],
      ignores: ["endpoint_stale_after"],
    });
    const factor = message.policy.overprovisioning_factor;
    if (factor === 0) report.refuse(`${path}.policy.overprovisioning_factor`, "expected 1 or more, got 0");
  }
  const endpoints: EndpointPlan[] = [];
  const seen = new Set<string>();
  message.endpoints.forEach((locality, i) => {
    const localityPath = `${path}.endpoints[${i}]`;
    if (locality.priority > MAX_PRIORITY) {
      report.refuse(`${localityPath}.priority`, `expected 0 to ${MAX_PRIORITY}, got ${locality.priority}`);
    }
    report.checkFields(localityPath, locality, {
      // Weights of localities count only with locality-weighted balancing, which a cluster asks for.
      uses: ["locality", "lb_endpoints", "load_balancing_weight", "priority"],
      ignores: ["metadata", "proximity"],
    });
    locality.lb_endpoints.forEach((one, j) => {
      const onePath = `${localityPath}.lb_endpoints[${j}]`;
      const endpoint = compileEndpoint(one, onePath, report, options);
      if (endpoint === undefined || seen.has(endpoint.key)) return;
      seen.add(endpoint.key);
      const { locality: place, priority } = locality;
      const where = place === undefined ? "" : [place.region, place.zone, place.sub_zone].join("/");
      endpoints.push({ ...endpoint, priority, locality: where });
    });
  });
  return {
    name: message.cluster_name,
    endpoints,
    overprovisioningFactorPercent: message.policy?.overprovisioning_factor,
  };
}

function compileEndpoint(
  message: MessageTypes["envoy.config.endpoint.v3.LbEndpoint"],
  path: string,
  report: CompileReport,
  options: { readonly names: boolean },
): EndpointPlan | undefined {
  report.checkFields(path, message, {
    uses: ["endpoint", "health_status", "load_balancing_weight"],
    // Metadata is read by subsets, which a cluster asks for.
    ignores: ["metadata"],
  });
  const { endpoint } = message;
  if (endpoint === undefined) {
    report.refuse(`${path}.endpoint`, "it is missing; named endpoints are not supported");
    return undefined;
  }
  report.checkFields(`${path}.endpoint`, endpoint, {
    uses: ["address", "hostname"],
    ignores: ["health_check_config", "additional_addresses"],
  });
  const address = compileAddress(endpoint.address, `${path}.endpoint.address`, report, options);
  if (address === undefined) return undefined;
  const weight = message.load_balancing_weight ?? 1;
  if (weight === 0) {
    report.refuse(`${path}.load_balancing_weight`, "expected 1 or more, got 0");
    return undefined;
  }
  return {
    key: addressKey(address),
    address,
    hostname: endpoint.hostname,
    weight,
    health: enumValue(message.health_status, HEALTH, `${path}.health_status`, report),
  };
}

/** Envoy's reading: UNHEALTHY, DRAINING and TIMEOUT are not healthy; UNKNOWN is. */
const HEALTH: Readonly<Record<string, NonNullable<EndpointPlan["health"]>>> = {
  UNKNOWN: "healthy",
  HEALTHY: "healthy",
  UNHEALTHY: "unhealthy",
  DRAINING: "unhealthy",
  TIMEOUT: "unhealthy",
  DEGRADED: "degraded",
};
