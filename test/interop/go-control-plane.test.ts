import { decode, TYPE_URL } from "@dualmesh/envoy-api";
import { createXdsClient, type ResourceState, type ResourceType, type XdsClient } from "@dualmesh/xds";
import { expect, test } from "vitest";
import { describeWithPeers, GO_PEER } from "./peers/find-peer.ts";
import { type Dialogue, startDialogue } from "./stage/dialogue.ts";
import { eventually } from "./stage/eventually.ts";
import { freePort } from "./stage/free-port.ts";
import { assignment, document, edsCluster, type Json, type Resources } from "./stage/resources.ts";

const { CDS, EDS } = TYPE_URL;

/** Clusters by their connect timeout; one of 13 s is refused. */
const clusterType: ResourceType<{ readonly name: string; readonly timeoutS: number }> = {
  name: "cluster",
  typeUrl: CDS,
  fullState: true,
  parse(bytes) {
    const { name, connect_timeout: timeout } = decode("envoy.config.cluster.v3.Cluster", bytes);
    const timeoutS = Number(timeout?.seconds ?? 0);
    if (timeoutS === 13) return { kind: "problems", name, problems: ["13 s bring bad luck"] };
    return { kind: "value", name, value: { name, timeoutS } };
  },
};

/** Endpoints by their ports. */
const endpointsType: ResourceType<readonly number[]> = {
  name: "endpoints",
  typeUrl: EDS,
  fullState: false,
  parse(bytes) {
    const { cluster_name: name, endpoints } = decode("envoy.config.endpoint.v3.ClusterLoadAssignment", bytes);
    const ports = endpoints.flatMap(({ lb_endpoints }) =>
      lb_endpoints.map((one) => one.endpoint?.address?.socket_address?.port_value ?? 0),
    );
    return { kind: "value", name, value: ports };
  },
};

/** What go-control-plane heard of one response. */
interface Heard {
  readonly node: string;
  readonly type: string;
  readonly error: string;
}

/** go-control-plane in a process of its own. */
interface GoControlPlane extends AsyncDisposable {
  serve(version: string, resources: Resources): void;
  /** The next answer about a type; those about others are passed over. */
  hears(type: string): Promise<Heard>;
}

function startGoControlPlane(port: number): GoControlPlane {
  const { command, args } = GO_PEER;
  const dialogue: Dialogue = startDialogue("go-control-plane", command, [
    ...args,
    "control-plane",
    `127.0.0.1:${port}`,
  ]);
  return {
    serve: (version, resources) => dialogue.say(JSON.stringify({ version, ...document(resources) })),
    async hears(type) {
      for (;;) {
        const heard = JSON.parse(await dialogue.hear()) as Heard;
        if (heard.type === type) return heard;
      }
    },
    [Symbol.asyncDispose]: () => dialogue[Symbol.asyncDispose](),
  };
}

interface Follower extends AsyncDisposable {
  /** What the client has by now, by name: a value, or what there is instead. */
  readonly has: ReadonlyMap<string, unknown>;
}

/** Our client, which watches the clusters `a` and `b`, and the endpoints of `a`. */
function follow(port: number): Follower {
  const client: XdsClient = createXdsClient({
    node: { id: "ours-1" },
    target: { kind: "tcp", address: `127.0.0.1:${port}` },
    types: [clusterType, endpointsType],
    random: () => 0,
  });
  const has = new Map<string, unknown>();
  const note = (key: string) => (state: ResourceState) =>
    void has.set(key, state.kind === "present" ? state.value : state.kind);
  client.watch(CDS, "a", note("cluster a"));
  client.watch(CDS, "b", note("cluster b"));
  client.watch(EDS, "a", note("endpoints of a"));
  return { has, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

const cluster = (name: string, timeoutS: number): Json => ({
  ...edsCluster(name),
  connect_timeout: `${timeoutS}s`,
});

const first: Resources = {
  clusters: [cluster("a", 1), cluster("b", 1)],
  endpoints: [assignment("a", 1001)],
};

describeWithPeers("our client, of go-control-plane", () => {
  test("gets what it asks for, follows it, and hears what is gone", async () => {
    const port = await freePort();
    await using plane = startGoControlPlane(port);
    plane.serve("1", first);
    await using follower = follow(port);
    await eventually(() => Object.fromEntries(follower.has)).toEqual({
      "cluster a": { name: "a", timeoutS: 1 },
      "cluster b": { name: "b", timeoutS: 1 },
      "endpoints of a": [1001],
    });
    plane.serve("2", { clusters: [cluster("a", 2)], endpoints: [assignment("a", 1001, 1002)] });
    await eventually(() => Object.fromEntries(follower.has)).toEqual({
      "cluster a": { name: "a", timeoutS: 2 },
      "cluster b": "missing",
      "endpoints of a": [1001, 1002],
    });
    expect(await plane.hears(CDS)).toMatchObject({ node: "ours-1", error: "" });
  });

  test("refuses what is bad in so many words, keeps the good it had, and takes the others of the same response", async () => {
    const port = await freePort();
    await using plane = startGoControlPlane(port);
    plane.serve("1", first);
    await using follower = follow(port);
    await eventually(() => follower.has.get("cluster a")).toEqual({ name: "a", timeoutS: 1 });
    expect((await plane.hears(CDS)).error).toBe("");
    plane.serve("2", { ...first, clusters: [cluster("a", 13), cluster("b", 2)] });
    await eventually(() => follower.has.get("cluster b")).toEqual({ name: "b", timeoutS: 2 });
    expect((await plane.hears(CDS)).error).toContain('cluster "a": 13 s bring bad luck');
    // It sends what was refused again and again; that changes nothing.
    expect((await plane.hears(CDS)).error).toContain("13 s bring bad luck");
    expect(follower.has.get("cluster a")).toEqual({ name: "a", timeoutS: 1 });
    plane.serve("3", { ...first, clusters: [cluster("a", 3), cluster("b", 2)] });
    await eventually(() => follower.has.get("cluster a")).toEqual({ name: "a", timeoutS: 3 });
  });

  test("keeps what it has while there is no server, and follows the next one", async () => {
    const port = await freePort();
    await using plane = startGoControlPlane(port);
    plane.serve("1", first);
    await using follower = follow(port);
    await eventually(() => follower.has.get("endpoints of a")).toEqual([1001]);
    await plane[Symbol.asyncDispose]();
    await using next = startGoControlPlane(port);
    next.serve("1", { ...first, endpoints: [assignment("a", 2001)] });
    await eventually(() => follower.has.get("endpoints of a")).toEqual([2001]);
    expect(follower.has.get("cluster a")).toEqual({ name: "a", timeoutS: 1 });
  });
});
