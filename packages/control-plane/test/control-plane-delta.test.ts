import { type JsonObject, TYPE_URL } from "@dualmesh/envoy-api";
import { type ManualClock, manualClock } from "@dualmesh/testkit";
import { type ScriptedDeltaClient, scriptedDeltaClient } from "@dualmesh/testkit/xds";
import { describe, expect, test } from "vitest";
import {
  type ControlPlane,
  type ControlPlaneEvent,
  type ControlPlaneOptions,
  createControlPlane,
  type ResourceSet,
} from "../src/index.ts";
import { inbox } from "./inbox.ts";

const { CDS, EDS } = TYPE_URL;

type Resources = ResourceSet["resources"];

function cluster(name: string, metadata: JsonObject = {}): Resources[number] {
  const eds_cluster_config = { eds_config: { ads: {} } };
  return { "@type": CDS, name, type: "EDS", eds_cluster_config, metadata: { filter_metadata: metadata } };
}

function endpoint(cluster_name: string, port_value: number): Resources[number] {
  const socket_address = { address: "127.0.0.1", port_value };
  return {
    "@type": EDS,
    cluster_name,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address } } }] }],
  };
}

function start(list: Resources, options: Partial<ControlPlaneOptions> = {}): Promise<ControlPlane> {
  return createControlPlane({ config: { resources: list }, graceMs: 0, admin: false, ...options });
}

/** Takes the next response, accepts it, and says what it changed: `+a` is there, `-b` is not. */
async function follow(client: ScriptedDeltaClient): Promise<string[]> {
  const response = await client.nextResponse();
  client.ack(response);
  return [
    ...response.resources.map(({ name }) => `+${name}`),
    ...response.removed_resources.map((name) => `-${name}`),
  ];
}

describe("a control plane that is asked by delta ADS", () => {
  test("sends of a change what has changed, and at last what is gone", async () => {
    await using plane = await start([cluster("orders"), cluster("users"), endpoint("orders", 80)]);
    await using client = await scriptedDeltaClient(plane.address);
    client.send({ node: { id: "n1" }, type_url: CDS });
    expect(await follow(client)).toEqual(["+orders", "+users"]);
    client.send({ type_url: EDS, resource_names_subscribe: ["orders", "users"] });
    expect(await follow(client)).toEqual(["+orders", "+users"]);
    plane.setResources({ resources: [cluster("orders"), cluster("users"), endpoint("orders", 81)] });
    expect(await follow(client)).toEqual(["+orders"]);
    plane.setResources({ resources: [cluster("orders"), endpoint("orders", 81)] });
    expect(await follow(client)).toEqual(["-users"]);
    expect(await follow(client)).toEqual(["-users"]);
    expect(client.waiting).toBe(0);
  });

  test("(28) takes maps in another order for the same, and other values in them for another", async () => {
    const of = (metadata: JsonObject): ResourceSet => ({ resources: [cluster("orders", metadata)] });
    await using plane = await start(of({ a: { x: 1, y: 2 }, b: {} }).resources);
    await using client = await scriptedDeltaClient(plane.address);
    client.send({ type_url: CDS });
    expect(await follow(client)).toEqual(["+orders"]);
    const version = (): string | undefined => plane.nodes()[0]?.types[0]?.sentVersion;
    const before = version();
    plane.setResources(of({ b: {}, a: { y: 2, x: 1 } }));
    plane.setResources(of({ a: { x: 1, y: 3 }, b: {} }));
    expect(await follow(client)).toEqual(["+orders"]);
    expect(version()).not.toBe(before);
    expect(client.waiting).toBe(0);
  });

  test("says of every node and type what it was sent, and what it refused in which words", async () => {
    const events = inbox<ControlPlaneEvent>();
    await using plane = await start([cluster("orders")], { admin: {}, onEvent: events.put });
    await using client = await scriptedDeltaClient(plane.address);
    client.send({ node: { id: "n1" }, type_url: CDS });
    const response = await client.nextResponse();
    client.nack(response, "no such type of cluster");
    const version = response.system_version_info;
    expect(await events.next(({ kind }) => kind === "nack")).toEqual({
      kind: "nack",
      nodeId: "n1",
      variant: "delta",
      typeUrl: CDS,
      version,
      error: "no such type of cluster",
    });
    const page = await fetch(`http://${plane.adminAddress}/nodes`);
    expect(await page.json()).toMatchObject({
      nodes: [
        {
          id: "n1",
          variant: "delta",
          types: [
            {
              typeUrl: CDS,
              names: ["*"],
              sentVersion: version,
              ackedVersion: "",
              awaitsAnswer: false,
              nackedVersion: version,
              error: "no such type of cluster",
            },
          ],
        },
      ],
    });
  });

  describe("after a restart", () => {
    const list = [cluster("orders"), cluster("users")];
    const addresses = [{ address: "127.0.0.1", port: 8080 }];

    async function report(plane: ControlPlane, workload: string): Promise<void> {
      const url = `http://${plane.adminAddress}/workloads/${workload}`;
      expect((await fetch(url, { method: "PUT", body: JSON.stringify({ addresses }) })).status).toBe(200);
    }

    /** What a client had of a control plane that both workloads had reported to. */
    async function versionsBefore(clock: ManualClock): Promise<Map<string, string>> {
      await using plane = await start(list, { admin: {}, clock });
      await report(plane, "orders/a");
      await report(plane, "users/a");
      clock.advance(20);
      await using client = await scriptedDeltaClient(plane.address);
      client.send({ type_url: EDS, resource_names_subscribe: ["orders", "users"] });
      const { resources } = await client.nextResponse();
      return new Map(resources.map(({ name, version }) => [name, version]));
    }

    test("sends nothing that a client has, and takes no endpoints from it before workloads had time to report", async () => {
      const clock = manualClock();
      const versions = await versionsBefore(clock);
      await using plane = await start(list, { admin: {}, clock, graceMs: 5_000 });
      await using client = await scriptedDeltaClient(plane.address);
      const names = [...versions.keys()];
      client.send({ type_url: EDS, resource_names_subscribe: names, initial_resource_versions: versions });
      // Answered in turn: nothing was said of endpoints before.
      client.send({ type_url: CDS });
      expect(await follow(client)).toEqual(["+orders", "+users"]);
      await report(plane, "orders/a");
      clock.advance(20);
      clock.advance(5_000);
      // The workload of orders has come as it was, that of users has not.
      expect(await follow(client)).toEqual(["+users"]);
      expect(client.waiting).toBe(0);
    });
  });

  test("shares what it encodes among groups that see the same", async () => {
    await using plane = await start([cluster("orders")]);
    await using first = await scriptedDeltaClient(plane.address);
    await using second = await scriptedDeltaClient(plane.address);
    first.send({ node: { id: "1", cluster: "web" }, type_url: CDS });
    const response = await first.nextResponse();
    first.ack(response);
    second.send({ node: { id: "2", cluster: "batch" }, type_url: CDS });
    // A nonce is given when a response is encoded: equal nonces are one encoding.
    expect(await second.nextResponse()).toEqual(response);
  });
});
