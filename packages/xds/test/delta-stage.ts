import { TYPE_URL } from "@dualmesh/envoy-api";
import { type ManualClock, manualClock } from "@dualmesh/testkit";
import {
  createSnapshot,
  createXdsServer,
  type SnapshotResource,
  type XdsServer,
} from "../src/server/index.ts";
import { connectDelta, type DeltaPeer } from "./delta-peer.ts";
import { cluster, endpoints, listener, route } from "./server-peer.ts";

const { CDS, EDS, LDS, RDS } = TYPE_URL;

/** A server with one group, and delta clients as Envoy is one: all clusters and listeners, endpoints and routes by name. */
export interface DeltaStage {
  readonly clock: ManualClock;
  readonly server: XdsServer;
  publish(...resources: SnapshotResource[]): void;
  /** One that has everything. */
  envoy(clusters: readonly string[], routes: readonly string[]): Promise<DeltaPeer>;
  /** The same client on its next stream: it asks for everything at once, and says what it has. */
  comeBack(before: DeltaPeer): Promise<DeltaPeer>;
}

export function deltaStage(): DeltaStage {
  const clock = manualClock();
  const server = createXdsServer({ group: () => "g", clock });
  return {
    clock,
    server,
    publish: (...resources) => server.setSnapshot("g", createSnapshot(resources)),
    async envoy(clusters, routes) {
      const peer = connectDelta(server);
      await peer.ask(CDS);
      await peer.follow(CDS);
      await peer.ask(EDS, { add: clusters });
      await peer.follow(EDS);
      await peer.ask(LDS);
      await peer.follow(LDS);
      await peer.ask(RDS, { add: routes });
      await peer.follow(RDS);
      return peer;
    },
    async comeBack(before) {
      const peer = connectDelta(server);
      await peer.ask(CDS, { has: before.has(CDS) });
      for (const typeUrl of [EDS, LDS, RDS]) {
        const has = before.has(typeUrl);
        await peer.ask(typeUrl, typeUrl === LDS ? { has } : { add: [...has.keys()], has });
      }
      return peer;
    },
  };
}

/** From cluster a to cluster b, with a new listener revision. */
export const BEFORE = [cluster("a"), endpoints("a"), listener("l"), route("r", "a")];
export const AFTER = [cluster("b"), endpoints("b"), listener("l", 2), route("r", "b")];
