import type { MessageTypes } from "@dualmesh/envoy-api";
import type { EndpointMetadata } from "@dualmesh/routing";
import type { CompileReport } from "./report.ts";

/** What balancers look at, of all that metadata may say. */
const BALANCER = "envoy.lb";

/** Reads a `metadata_match`. It is kept with the route, and warned of: no balancer chooses by it. */
export function endpointMetadata(
  message: MessageTypes["envoy.config.core.v3.Metadata"] | undefined,
  path: string,
  report: CompileReport,
): { readonly endpointMetadata?: EndpointMetadata } {
  const wanted = message?.filter_metadata.get(BALANCER);
  if (wanted === undefined) return {};
  report.warn(path, "it is set, and no balancer chooses endpoints by it");
  return { endpointMetadata: wanted as EndpointMetadata };
}
