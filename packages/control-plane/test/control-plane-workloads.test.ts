import { TYPE_URL } from "@dualmesh/envoy-api";
import { type ManualClock, manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import {
  type ControlPlane,
  type ControlPlaneEvent,
  type ControlPlaneOptions,
  createControlPlane,
  type ResourceSet,
} from "../src/index.ts";
import { type AdsNode, connectNode, type Received } from "./ads-node.ts";
import { inbox } from "./inbox.ts";

const { CDS, EDS } = TYPE_URL;

function cluster(name: string, service_name = ""): ResourceSet["resources"][number] {
  return { "@type": CDS, name, type: "EDS", eds_cluster_config: { eds_config: { ads: {} }, service_name } };
}

function endpoint(cluster_name: string, port_value: number): ResourceSet["resources"][number] {
  const socket_address = { address: "10.0.0.1", port_value };
  return {
    "@type": EDS,
    cluster_name,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address } } }] }],
  };
}

interface Setup extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly plane: ControlPlane;
  readonly events: readonly ControlPlaneEvent[];
  readonly node: AdsNode;
  put(cluster: string, nodeId: string, ...ports: readonly number[]): Promise<void>;
  admin(method: string, path: string, body?: unknown): Promise<Response>;
}

async function setup(
  list: ResourceSet["resources"],
  options: Partial<ControlPlaneOptions> = {},
): Promise<Setup> {
  const clock = manualClock();
  const events = inbox<ControlPlaneEvent>();
  const config = { resources: list };
  const plane = await createControlPlane({ config, clock, graceMs: 0, onEvent: events.put, ...options });
  const node = await connectNode(plane.address, { id: "caller" });
  const admin = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    return fetch(`http://${plane.adminAddress}${path}`, init);
  };
  return {
    clock,
    plane,
    events: events.waiting,
    node,
    admin,
    async put(cluster, nodeId, ...ports) {
      const addresses = ports.map((port, priority) => ({ address: "127.0.0.1", port, priority }));
      expect((await admin("PUT", `/workloads/${cluster}/${nodeId}`, { addresses })).status).toBe(200);
    },
    async [Symbol.asyncDispose]() {
      await node[Symbol.asyncDispose]();
      await plane[Symbol.asyncDispose]();
    },
  };
}

/** The ports in each assignment, by priority: `orders: 80,81 / 82`. */
function ports({ resources }: Received): string[] {
  return Object.entries(resources).map(([name, assignment]) => {
    const { endpoints = [] } = assignment as { endpoints?: { lb_endpoints?: unknown[] }[] };
    const found = endpoints.map(({ lb_endpoints = [] }) =>
      [...JSON.stringify(lb_endpoints).matchAll(/"port_value":(\d+)/g)].map(([, port]) => port).join(),
    );
    return `${name}: ${found.join(" / ")}`;
  });
}

describe("a workload", () => {
  test("is in its cluster's endpoints from its registration to its withdrawal", async () => {
    await using mesh = await setup([cluster("orders"), endpoint("orders", 80)]);
    mesh.node.ask(EDS, "orders");
    expect(ports(await mesh.node.next(EDS))).toEqual(["orders: 80"]);

    await mesh.put("orders", "a", 15_006, 8_080);
    mesh.clock.advance(20);
    expect(ports(await mesh.node.next(EDS))).toEqual(["orders: 80,15006 / 8080"]);

    await mesh.admin("DELETE", "/workloads/orders/a");
    mesh.clock.advance(20);
    expect(ports(await mesh.node.next(EDS))).toEqual(["orders: 80"]);
  });

  test("is gone with its lease, and only then", async () => {
    await using mesh = await setup([cluster("orders")]);
    await mesh.put("orders", "a", 1);
    mesh.clock.advance(9_000);
    await mesh.put("orders", "a", 1);
    mesh.clock.advance(9_000);
    mesh.node.ask(EDS, "orders");
    expect(ports(await mesh.node.next(EDS))).toEqual(["orders: 1"]);
    mesh.clock.advance(1_020);
    expect(ports(await mesh.node.next(EDS))).toEqual(["orders: "]);
    const told = mesh.events.map(({ kind }) => kind).filter((kind) => kind.startsWith("workload"));
    expect(told).toEqual(["workload-up", "workload-expired"]);
  });

  test("that only renews its lease costs callers nothing", async () => {
    await using mesh = await setup([cluster("orders"), cluster("users")]);
    await mesh.put("orders", "a", 1);
    mesh.clock.advance(20);
    mesh.node.ask(EDS, "orders", "users");
    await mesh.node.next(EDS);
    await mesh.put("orders", "a", 1);
    mesh.clock.advance(20);
    await mesh.put("users", "b", 2);
    mesh.clock.advance(20);
    expect(ports(await mesh.node.next(EDS))).toEqual(["users: 2"]);
  });

  test("of a cluster that nobody has configured waits for it", async () => {
    await using mesh = await setup([cluster("orders")]);
    await mesh.put("users", "a", 1);
    const listed = (await (await mesh.admin("GET", "/workloads")).json()) as { workloads: object[] };
    expect(listed.workloads).toMatchObject([{ cluster: "users", nodeId: "a", served: false }]);
    mesh.node.ask(EDS, "users");
    mesh.plane.setResources({ resources: [cluster("orders"), cluster("users")] });
    expect(ports(await mesh.node.next(EDS))).toEqual(["users: 1"]);
  });

  test("is found under the service name of its cluster", async () => {
    await using mesh = await setup([cluster("orders", "orders.prod"), cluster("orders-v2", "orders.prod")]);
    await mesh.put("orders", "a", 1);
    await mesh.put("orders.prod", "b", 2);
    mesh.clock.advance(20);
    mesh.node.ask(EDS, "orders.prod");
    expect(ports(await mesh.node.next(EDS))).toEqual(["orders.prod: 1,2"]);
  });

  test("registers with many others in one push", async () => {
    await using mesh = await setup([cluster("orders")]);
    mesh.node.ask(EDS, "orders");
    await mesh.node.next(EDS);
    for (const [index, id] of ["a", "b", "c"].entries()) await mesh.put("orders", id, index + 1);
    mesh.clock.advance(20);
    expect(ports(await mesh.node.next(EDS))).toEqual(["orders: 1,2,3"]);
  });
});

describe("after a start", () => {
  const list = [cluster("empty"), cluster("full"), endpoint("full", 80), cluster("late")];

  test("clusters of whom nobody has heard yet are not answered for: their callers keep what they have", async () => {
    await using mesh = await setup(list, { graceMs: 12_000 });
    mesh.node.ask(EDS, "empty", "full", "late");
    expect(ports(await mesh.node.next(EDS))).toEqual(["full: 80"]);
    await mesh.put("late", "a", 1);
    mesh.clock.advance(20);
    expect(ports(await mesh.node.next(EDS))).toEqual(["late: 1"]);
    mesh.clock.advance(12_000);
    expect(ports(await mesh.node.next(EDS))).toContain("empty: ");
  });

  test("the grace is over once, not with every change", async () => {
    await using mesh = await setup(list, { graceMs: 12_000 });
    mesh.clock.advance(12_000);
    mesh.plane.setResources({ resources: [...list, cluster("new")] });
    mesh.node.ask(EDS, "new");
    expect(ports(await mesh.node.next(EDS))).toEqual(["new: "]);
  });
});

describe("a configuration in memory", () => {
  test("is replaced as a whole, or refused with every problem", async () => {
    await using mesh = await setup([cluster("orders")]);
    mesh.node.ask(CDS);
    await mesh.node.next(CDS);
    const broken = {
      resources: [{ "@type": CDS, name: "a", tipe: "EDS" }],
      groups: { edge: [{ "@type": CDS }] },
    };
    expect(() => mesh.plane.setResources(broken)).toThrow(
      /^\[INVALID_ARGUMENT\] configuration: 2 problems\n {2}resources\[0\]\.tipe: unknown field.*\n {2}groups\.edge: resources\[0\]: expected a resource with a name/,
    );
    expect(mesh.plane.problems).toHaveLength(2);
    mesh.plane.setResources({ resources: [cluster("users")] });
    expect(mesh.plane.problems).toEqual([]);
    // Make before break: the old one is still there.
    expect(Object.keys((await mesh.node.next(CDS)).resources).sort()).toEqual(["orders", "users"]);
  });

  test("leaves nothing behind when it ends", async () => {
    const mesh = await setup([cluster("orders")], { graceMs: 12_000 });
    await mesh.put("orders", "a", 1);
    await mesh[Symbol.asyncDispose]();
    expect(mesh.clock.pendingTimers).toBe(0);
    expect(mesh.plane.ready).toBe(false);
    await expect(mesh.admin("GET", "/ready")).rejects.toThrow();
  });
});

describe("the admin listener", () => {
  test("shows what is served, without secrets", async () => {
    const inline = (inline_string: string): object => ({ inline_string });
    const secret = {
      "@type": TYPE_URL.SDS,
      name: "cert",
      tls_certificate: {
        certificate_chain: inline("public"),
        private_key: inline("hidden-1"),
        password: inline("hidden-2"),
      },
    };
    const transport = {
      ...cluster("orders"),
      transport_socket: {
        name: "tls",
        typed_config: {
          "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
          common_tls_context: { tls_certificates: [{ private_key: inline("hidden-3") }] },
        },
      },
    };
    const more = [
      {
        "@type": TYPE_URL.SDS,
        name: "keys",
        session_ticket_keys: { keys: [{ inline_bytes: "aGlkZGVuLTQ=" }] },
      },
      { "@type": TYPE_URL.SDS, name: "token", generic_secret: { secret: inline("hidden-5") } },
    ];
    await using mesh = await setup([secret, transport, ...more] as ResourceSet["resources"]);
    const text = await (await mesh.admin("GET", "/config_dump")).text();
    expect(text).toContain("public");
    expect(text.match(/\[redacted\]/g)).toHaveLength(5);
    expect(text).not.toMatch(/hidden|aGlkZGVu/);
    expect(Object.keys(JSON.parse(text))).toEqual(["groups"]);
  });

  test("shows who is connected, and what it refused", async () => {
    await using mesh = await setup([cluster("orders")]);
    mesh.node.refuse("orders", "not like this");
    mesh.node.ask(CDS);
    const { version } = await mesh.node.next(CDS);
    // The refusal is on its way; one more exchange on the stream comes after it.
    mesh.node.ask(EDS, "orders");
    await mesh.node.next(EDS);
    const { nodes } = (await (await mesh.admin("GET", "/nodes")).json()) as { nodes: { types: object[] }[] };
    expect(nodes).toMatchObject([{ id: "caller", group: "" }]);
    expect(nodes[0]?.types[0]).toMatchObject({
      typeUrl: CDS,
      names: ["*"],
      sentVersion: version,
      ackedVersion: "",
      nackedVersion: version,
      error: "not like this",
    });
  });

  test("counts", async () => {
    await using mesh = await setup([cluster("orders")]);
    await mesh.put("orders", "a", 1);
    const text = await (await mesh.admin("GET", "/stats")).text();
    expect(text).toContain("control_plane.workloads: 1\n");
    expect(text).toContain("control_plane.events.loaded: 1\n");
  });

  test("may be left out", async () => {
    await using plane = await createControlPlane({ config: { resources: [] }, admin: false });
    expect(plane.adminAddress).toBeUndefined();
  });
});
