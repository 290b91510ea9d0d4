import { decode } from "@dualmesh/envoy-api/wire";
import { encodeResponse } from "./encode-response.ts";
import { type DiscoveryRequest, Subscription } from "./subscription.ts";
import type { Variant } from "./variant.ts";

/** State of the world: every request lists all names, and responses do not say what is gone. */
export const sotwVariant: Variant<DiscoveryRequest> = {
  name: "sotw",
  decode: (bytes, maxBytes) => decode("envoy.service.discovery.v3.DiscoveryRequest", bytes, { maxBytes }),
  resumes: () => false,
  subscribe: (typeUrl) => new Subscription(typeUrl),
  encode: encodeResponse,
};
