import { decode } from "@dualmesh/envoy-api/wire";
import { type DeltaDiscoveryRequest, DeltaSubscription } from "./delta-subscription.ts";
import { encodeDeltaResponse } from "./encode-delta-response.ts";
import type { Variant } from "./variant.ts";

/** A version of so many resources, and what else is in a request. Each takes a hundred bytes of memory, however short. */
const MAX_NODES = 500_000;

/** Delta: requests and responses say what has changed. */
export const deltaVariant: Variant<DeltaDiscoveryRequest> = {
  name: "delta",
  decode: (bytes, maxBytes) =>
    decode("envoy.service.discovery.v3.DeltaDiscoveryRequest", bytes, { maxBytes, maxNodes: MAX_NODES }),
  resumes: ({ initial_resource_versions: versions }) => versions.size > 0,
  subscribe: (typeUrl) => new DeltaSubscription(typeUrl),
  encode: encodeDeltaResponse,
};
