import { type ManualClock, manualClock } from "@dualmesh/testkit";
import {
  createXdsClient,
  type ResourceState,
  type XdsClient,
  type XdsClientOptions,
  type XdsTarget,
} from "../src/index.ts";
import { type PeerServer, peerServer, type Reply, turn } from "./client-peer.ts";
import { parses, sampleTypes } from "./sample-types.ts";

export const testTarget: XdsTarget = { kind: "tcp", address: "10.0.0.1:15010" };

/** A client with a manual clock, and the server that the test plays. */
export interface ClientFixture {
  readonly clock: ManualClock;
  readonly server: PeerServer;
  readonly client: XdsClient;
  /** What watchers threw. */
  readonly defects: unknown[];
  /** Watches and remembers every state. */
  follow(typeUrl: string, name: string): { readonly states: ResourceState[]; stop(): void };
  /** Watches; gives every state, printed short. */
  followShort(typeUrl: string, name: string): string[];
  /** Sends on the newest stream, once it is open. */
  send(typeUrl: string, reply: Reply): Promise<void>;
}

export function clientFixture(
  options: Partial<XdsClientOptions> & { readonly openAtOnce?: boolean } = {},
): ClientFixture {
  parses.clear();
  const { openAtOnce = true, ...more } = options;
  const clock = manualClock();
  const server = peerServer({ openAtOnce });
  const defects: unknown[] = [];
  const client = createXdsClient({
    node: { id: "web-1", cluster: "web" },
    target: testTarget,
    types: sampleTypes,
    clock,
    random: () => 0.5,
    openStream: server.openStream,
    onDefect: (error) => defects.push(error),
    ...more,
  });
  return {
    clock,
    server,
    client,
    defects,
    follow(typeUrl, name) {
      const states: ResourceState[] = [];
      const watch = client.watch(typeUrl, name, (state) => states.push(state));
      return { states, stop: () => watch[Symbol.dispose]() };
    },
    followShort(typeUrl, name) {
      const states: string[] = [];
      client.watch(typeUrl, name, (state) => states.push(shortState(state)));
      return states;
    },
    async send(typeUrl, reply) {
      await turn();
      await server.stream.send(typeUrl, reply);
    },
  };
}

function shortState(state: ResourceState): string {
  const { kind } = state;
  if (kind !== "present") return state.reason === undefined ? kind : `${kind}: ${state.reason}`;
  const { rejected } = state;
  const more =
    rejected === undefined ? "" : `, ${rejected.version} rejected: ${rejected.problems.join("; ")}`;
  return `${JSON.stringify(state.value)} of ${state.version}${more}`;
}
