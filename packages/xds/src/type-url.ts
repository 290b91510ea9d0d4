import { TYPE_URL, typeUrl } from "@dualmesh/envoy-api/wire";

/** The wrapper in which a server may put a resource, to give it a name of its own. */
export const RESOURCE_WRAPPER: string = typeUrl("envoy.service.discovery.v3.Resource");

/** `type.googleapis.com/envoy.config.cluster.v3.Cluster` becomes `Cluster`: the rest is the same everywhere. */
export function shortTypeName(typeUrl: string): string {
  return typeUrl.slice(typeUrl.lastIndexOf(".") + 1);
}

/**
 * LDS and CDS: a response holds the whole set, so what is absent is deleted. Of all other types a response may hold a
 * part, and absence deletes nothing.
 *
 * @see Envoy, "xDS REST and gRPC protocol", "Deleting resources"
 */
export function isFullStateType(typeUrl: string): boolean {
  return typeUrl === TYPE_URL.LDS || typeUrl === TYPE_URL.CDS;
}
