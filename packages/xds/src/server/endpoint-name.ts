import { scanFields } from "../wire/field-scan.ts";
import { peekName, peekString } from "../wire/peek-name.ts";

// Field numbers of google.protobuf.Any, envoy.config.cluster.v3.Cluster and its EdsClusterConfig.
const ANY_VALUE = 2;
const CLUSTER_TYPE = 2;
const CLUSTER_EDS_CONFIG = 3;
const EDS_SERVICE_NAME = 2;
/** `Cluster.DiscoveryType.EDS` */
const EDS = 3;

// One rollout asks for every stream of a group.
const known = new WeakMap<Uint8Array, string | false>();

/**
 * Under which name a cluster asks for its endpoints; `undefined` if it has them from elsewhere.
 *
 * @param any an encoded `google.protobuf.Any` with a cluster.
 */
export function endpointNameOf(any: Uint8Array): string | undefined {
  let name = known.get(any);
  if (name === undefined) {
    name = findEndpointName(any) ?? false;
    known.set(any, name);
  }
  return name === false ? undefined : name;
}

function findEndpointName(any: Uint8Array): string | undefined {
  const outer = scanFields(any);
  if (!outer.next(ANY_VALUE) || outer.bytes === undefined) return undefined;
  const cluster = outer.bytes;
  const type = scanFields(cluster);
  let kind = 0;
  while (type.next(CLUSTER_TYPE)) kind = type.varint;
  if (kind !== EDS) return undefined;
  const config = scanFields(cluster);
  const service =
    config.next(CLUSTER_EDS_CONFIG) && config.bytes !== undefined
      ? peekString(config.bytes, EDS_SERVICE_NAME)
      : undefined;
  return service ?? peekName(cluster);
}
