import { rm } from "node:fs/promises";
import { join } from "node:path";
import { TYPE_URL } from "@dualmesh/envoy-api";
import { createXdsClient, type ResourceState } from "@dualmesh/xds";
import { describe, expect, test } from "vitest";
import {
  ConfigurationError,
  type ControlPlane,
  type ControlPlaneEvent,
  type ControlPlaneOptions,
  createControlPlane,
} from "../src/index.ts";
import { type AdsNode, connectNode } from "./ads-node.ts";
import { type Inbox, inbox } from "./inbox.ts";
import { edsCluster, endpoints, listener, resources, routeTo } from "./parse-texts.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";

const { CDS, EDS, LDS, RDS } = TYPE_URL;

interface Setup extends AsyncDisposable {
  readonly plane: ControlPlane;
  readonly folder: TemporaryFolder;
  readonly events: Inbox<ControlPlaneEvent>;
  /** The next event of this kind. */
  event(kind: ControlPlaneEvent["kind"]): Promise<ControlPlaneEvent>;
  connect(cluster?: string): Promise<AdsNode>;
}

async function setup(
  files: Readonly<Record<string, string>>,
  options: Partial<ControlPlaneOptions> = {},
): Promise<Setup> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await folder.write(name, text);
  const events = inbox<ControlPlaneEvent>();
  const config = { folder: folder.path };
  const plane = await createControlPlane({ config, graceMs: 0, onEvent: events.put, ...options });
  return {
    plane,
    folder,
    events,
    event: (kind) => events.next((event) => event.kind === kind),
    connect: (cluster = "") => connectNode(plane.address, { id: "n1", cluster }),
    async [Symbol.asyncDispose]() {
      await plane[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const shop = {
  "clusters.yaml": resources(edsCluster("orders"), endpoints("orders", 8080)),
  "routes.yaml": resources(listener("web", "main"), routeTo("main", "orders")),
};

describe("a folder", () => {
  test("is served as it stands, and changes as it changes", async () => {
    await using mesh = await setup(shop);
    expect(await mesh.event("loaded")).toEqual({ kind: "loaded", groups: [""], resources: 4 });
    await using node = await mesh.connect();
    node.ask(CDS);
    node.ask(EDS, "orders");
    expect(Object.keys((await node.next(CDS)).resources)).toEqual(["orders"]);
    expect(JSON.stringify((await node.next(EDS)).resources)).toContain('"port_value":8080');

    await mesh.folder.replace("more.yaml", resources(edsCluster("users")));
    expect(Object.keys((await node.next(CDS)).resources)).toEqual(["orders", "users"]);
    await mesh.folder.write("clusters.yaml", resources(edsCluster("orders"), endpoints("orders", 9090)));
    expect(JSON.stringify((await node.next(EDS)).resources)).toContain('"port_value":9090');
  });

  test("feeds a client that keeps what it needs only", async () => {
    await using mesh = await setup(shop);
    const states = inbox<ResourceState>();
    await using client = createXdsClient({
      node: { id: "n1" },
      target: { kind: "tcp", address: mesh.plane.address },
      types: [
        {
          name: "route configuration",
          typeUrl: RDS,
          fullState: false,
          parse: (bytes) => ({ kind: "value", name: "main", value: Buffer.from(bytes).toString("latin1") }),
        },
      ],
    });
    client.watch(RDS, "main", states.put);
    const first = await states.next(({ kind }) => kind === "present");
    expect(first).toMatchObject({ value: expect.stringContaining("orders") });

    await mesh.folder.replace("clusters.yaml", resources(edsCluster("orders"), edsCluster("users")));
    await mesh.folder.replace("routes.yaml", resources(listener("web", "main"), routeTo("main", "users")));
    const then = await states.next(({ kind }) => kind === "present");
    expect(then).toMatchObject({ value: expect.stringContaining("users") });
  });

  test("with anything broken in it keeps what was served, and says what was broken", async () => {
    await using mesh = await setup(shop);
    await using node = await mesh.connect();
    node.ask(CDS);
    await node.next(CDS);

    await mesh.folder.replace("extra.yaml", `${resources(edsCluster("users"))}oops: 1\n`);
    const refused = await mesh.event("refused");
    const problem = {
      file: "extra.yaml",
      line: 6,
      column: 1,
      path: "oops",
      message: expect.stringContaining("unknown field"),
    };
    expect(refused).toEqual({ kind: "refused", problems: [problem] });
    expect(mesh.plane.problems).toEqual([problem]);

    await mesh.folder.replace("extra.yaml", resources(edsCluster("users")));
    await mesh.event("loaded");
    expect(mesh.plane.problems).toEqual([]);
    expect(Object.keys((await node.next(CDS)).resources)).toEqual(["orders", "users"]);
    // The refused state in between was never seen: one response for the start, one for the repair.
    expect(node.log.waiting).toHaveLength(2);
  });

  test("that is emptied is taken for a mishap, and one that says so for a wish", async () => {
    await using mesh = await setup({ "a.yaml": resources(edsCluster("orders")) });
    await rm(join(mesh.folder.path, "a.yaml"));
    await mesh.event("refused");
    expect(mesh.plane.problems).toMatchObject([
      { message: expect.stringContaining("no configuration file any more") },
    ]);
    await mesh.folder.write("a.yaml", resources());
    expect(await mesh.event("loaded")).toMatchObject({ resources: 0 });
  });

  test("that is broken at the start is an error with every problem in it", async () => {
    await using folder = await temporaryFolder();
    await folder.write("a.yaml", resources(routeTo("main", "nobody")));
    await folder.write("b.yaml", resources(listener("web", "nothing")));
    const starting = createControlPlane({ config: { folder: folder.path } });
    await expect(starting).rejects.toThrow(ConfigurationError);
    await expect(starting).rejects.toThrow(
      /^\[INVALID_ARGUMENT\] configuration: 2 problems\n {2}a\.yaml:9:25: .*got "nobody"; there is none\n {2}b\.yaml:11:/,
    );
  });

  test("that is not there is an error", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "nothing");
    await expect(createControlPlane({ config: { folder: path } })).rejects.toThrow(`${path}: does not exist`);
  });
});

describe("a change goes out", () => {
  test("so that nothing breaks: clusters, endpoints, routes, and only then the removals", async () => {
    await using mesh = await setup(shop);
    await using node = await mesh.connect();
    node.ask(CDS);
    node.ask(EDS, "orders", "users");
    node.ask(LDS);
    node.ask(RDS, "main");
    for (const type of [CDS, EDS, LDS, RDS]) await node.next(type);
    for (let taken = 0; taken < 4; taken++) await node.log.next();

    await mesh.folder.write(
      "../next/clusters.yaml",
      resources(edsCluster("users"), endpoints("users", 7070)),
    );
    await mesh.folder.write(
      "../next/routes.yaml",
      resources(listener("web", "main"), routeTo("main", "users")),
    );
    await mesh.folder.swap("next");

    const seen: string[] = [];
    while (seen.at(-1) !== "Cluster users") {
      const { typeUrl, resources } = await node.log.next();
      seen.push(`${typeUrl.split(".").at(-1)} ${Object.keys(resources).sort().join()}`);
    }
    expect(seen).toEqual([
      "Cluster orders,users",
      "ClusterLoadAssignment users",
      "RouteConfiguration main",
      "Cluster users",
    ]);
  });

  test("but not again to a node that refused it, until it changes", async () => {
    await using mesh = await setup({
      "a.yaml": resources(edsCluster("orders"), routeTo("first", "orders")),
      "b.yaml": resources(routeTo("second", "orders")),
    });
    await using node = await mesh.connect();
    node.refuse("first", "no such thing");
    node.ask(RDS, "first", "second");
    const { version } = await node.next(RDS);
    expect(await mesh.event("nack")).toEqual({
      kind: "nack",
      nodeId: "n1",
      variant: "sotw",
      typeUrl: RDS,
      version,
      error: "no such thing",
    });
    expect(mesh.plane.nodes()).toMatchObject([{ id: "n1", types: [{ nack: { message: "no such thing" } }] }]);

    await mesh.folder.replace(
      "b.yaml",
      resources(routeTo("second", "orders").replace("prefix: /", "prefix: /b")),
    );
    expect(Object.keys((await node.next(RDS)).resources)).toEqual(["second"]);
    await mesh.folder.replace(
      "a.yaml",
      resources(edsCluster("orders"), routeTo("first", "orders").replace("prefix: /", "prefix: /a")),
    );
    expect(Object.keys((await node.next(RDS)).resources)).toEqual(["first"]);
  });
});

describe("groups of nodes", () => {
  test("get what is for all and what is for them", async () => {
    await using mesh = await setup({
      "a.yaml": resources(edsCluster("shared")),
      "edge/a.yaml": resources(edsCluster("edge-only")),
    });
    await using edge = await mesh.connect("edge");
    await using other = await mesh.connect("web");
    edge.ask(CDS);
    other.ask(CDS);
    expect(Object.keys((await edge.next(CDS)).resources).sort()).toEqual(["edge-only", "shared"]);
    expect(Object.keys((await other.next(CDS)).resources)).toEqual(["shared"]);
    expect(
      mesh.plane
        .nodes()
        .map(({ group }) => group)
        .sort(),
    ).toEqual(["", "edge"]);
    expect(await mesh.event("node-connected")).toMatchObject({ nodeId: "n1" });
  });

  test("may be made and unmade while their nodes are connected", async () => {
    await using mesh = await setup({ "a.yaml": resources(edsCluster("shared")) });
    await using node = await mesh.connect("edge");
    node.ask(CDS);
    expect(Object.keys((await node.next(CDS)).resources)).toEqual(["shared"]);
    await mesh.folder.write("edge/a.yaml", resources(edsCluster("edge-only")));
    expect(Object.keys((await node.next(CDS)).resources).sort()).toEqual(["edge-only", "shared"]);
    await rm(join(mesh.folder.path, "edge"), { recursive: true });
    expect(Object.keys((await node.next(CDS)).resources)).toEqual(["shared"]);
  });

  test("that see the same are answered with the same bytes, encoded once", async () => {
    await using mesh = await setup({ "a.yaml": resources(edsCluster("shared")) });
    await using first = await mesh.connect("web");
    first.ask(CDS);
    const before = await first.next(CDS);
    await using second = await mesh.connect("batch");
    second.ask(CDS);
    // A nonce is given when a response is encoded: equal nonces are one encoding.
    expect(await second.next(CDS)).toEqual(before);
    await mesh.folder.replace("b.yaml", resources(edsCluster("more")));
    expect(await second.next(CDS)).toEqual(await first.next(CDS));
  });
});

test("after a restart on the same port, clients go on, and hear of changes again", async () => {
  await using mesh = await setup(shop);
  const states = inbox<ResourceState>();
  await using client = createXdsClient({
    node: { id: "n1" },
    target: { kind: "tcp", address: mesh.plane.address },
    random: () => 0,
    types: [
      {
        name: "cluster",
        typeUrl: CDS,
        fullState: true,
        parse: (bytes) => ({ kind: "value", name: "orders", value: bytes.length }),
      },
    ],
  });
  client.watch(CDS, "orders", states.put);
  const before = await states.next(({ kind }) => kind === "present");
  await mesh.plane[Symbol.asyncDispose]();
  const port = Number(mesh.plane.address.split(":").at(-1));
  const long = edsCluster("orders").replace("type: EDS", "type: EDS\n  alt_stat_name: a-longer-name");
  await mesh.folder.replace("clusters.yaml", resources(long));
  await using _again = await createControlPlane({
    config: { folder: mesh.folder.path },
    listen: { host: "127.0.0.1", port },
    admin: false,
  });
  const after = await states.next(({ kind }) => kind === "present");
  expect(after).not.toEqual(before);
});
