import type { Message, MessageInit } from "@dualmesh/envoy-api";
import type { Workload, WorkloadAddress } from "../workload/workload.ts";

type LbEndpoint = MessageInit<Message<"envoy.config.endpoint.v3.LbEndpoint">>;

/** Equal for endpoints with the same address and port. What has none (a pipe, a named port) equals nothing of ours. */
export function addressKey(endpoint: LbEndpoint): string {
  const socket = endpoint.endpoint?.address?.socket_address;
  return `${socket?.address} ${socket?.port_value}`;
}

/**
 * The addresses of workloads, in the order of the workloads, without those that are `taken`. Where two workloads
 * publish one address, the later publication counts.
 */
export function pickAddresses(
  workloads: readonly Workload[],
  taken: ReadonlySet<string>,
): readonly WorkloadAddress[] {
  const latest = new Map<string, Workload>();
  for (const workload of workloads) {
    for (const { address, port } of workload.addresses) {
      const key = `${address} ${port}`;
      const other = latest.get(key);
      if (other === undefined || other.published < workload.published) latest.set(key, workload);
    }
  }
  return workloads.flatMap((workload) =>
    workload.addresses.filter(({ address, port }) => {
      const key = `${address} ${port}`;
      return latest.get(key) === workload && !taken.has(key);
    }),
  );
}

/** The address in Envoy's form. */
export function toLbEndpoint(from: WorkloadAddress): LbEndpoint {
  const metadata = Object.entries(from.metadata);
  return {
    endpoint: {
      address: { socket_address: { address: from.address, port_value: from.port } },
      hostname: from.hostname,
    },
    load_balancing_weight: from.weight,
    metadata: metadata.length === 0 ? undefined : { filter_metadata: new Map(metadata) },
  };
}
