import { create, type Message, type MessageInit } from "@dualmesh/envoy-api";
import { describe, expect, test } from "vitest";
import { mergeEndpoints } from "../../src/endpoint/merge-endpoints.ts";
import { parseWorkload } from "../../src/workload/parse-workload.ts";
import type { Workload } from "../../src/workload/workload.ts";

const CLA = "envoy.config.endpoint.v3.ClusterLoadAssignment";
type Assignment = Message<typeof CLA>;

/** One line per locality: `priority region weight: address:port*weight …`. */
function show(assignment: MessageInit<Assignment>): string[] {
  return create(CLA, assignment).endpoints.map((locality) => {
    const endpoints = locality.lb_endpoints.map(({ endpoint, load_balancing_weight }) => {
      const socket = endpoint?.address?.socket_address;
      return `${socket?.address}:${socket?.port_value}*${load_balancing_weight ?? "-"}`;
    });
    const region = locality.locality?.region === "" ? "-" : locality.locality?.region;
    return `${locality.priority} ${region} ${locality.load_balancing_weight ?? "-"}: ${endpoints.join(" ")}`;
  });
}

function file(...localities: MessageInit<Assignment>["endpoints"] & object): Assignment {
  return create(CLA, { cluster_name: "orders", endpoints: localities });
}

function at(
  address: string,
  weight?: number,
): MessageInit<Assignment["endpoints"][number]["lb_endpoints"][number]> {
  return {
    endpoint: { address: { socket_address: { address, port_value: 80 } } },
    load_balancing_weight: weight,
  };
}

let published = 0;
function workload(nodeId: string, ...addresses: object[]): Workload {
  const body = parseWorkload({ addresses: addresses.map((part) => ({ address: "127.0.0.1", ...part })) });
  return { cluster: "orders", nodeId, ...body, published: ++published };
}

describe("workloads alone", () => {
  test("nobody there is an assignment without endpoints", () => {
    expect(create(CLA, mergeEndpoints("orders", undefined, []))).toMatchObject({
      cluster_name: "orders",
      endpoints: [],
    });
  });

  test("a locality weighs what its endpoints weigh together, for gRPC passes over one without weight", () => {
    const workloads = [workload("a", { port: 1, weight: 2 }), workload("b", { port: 2, weight: 3 })];
    expect(show(mergeEndpoints("orders", undefined, workloads))).toEqual([
      "0 - 5: 127.0.0.1:1*2 127.0.0.1:2*3",
    ]);
  });

  test("the sidecar's port is tried before the application's own", () => {
    const two = [{ port: 15_006 }, { port: 8_080, priority: 1 }];
    expect(show(mergeEndpoints("orders", undefined, [workload("a", ...two)]))).toEqual([
      "0 - 1: 127.0.0.1:15006*1",
      "1 - 1: 127.0.0.1:8080*1",
    ]);
  });

  test("priorities have no gap: clients refuse an assignment that has one", () => {
    const workloads = [workload("a", { port: 1, priority: 7 }, { port: 2, priority: 3 })];
    expect(show(mergeEndpoints("orders", undefined, workloads))).toEqual([
      "0 - 1: 127.0.0.1:2*1",
      "1 - 1: 127.0.0.1:1*1",
    ]);
  });

  test("localities stand apart, by name and not by arrival", () => {
    const [eu, us] = [{ region: "eu" }, { region: "us" }];
    const workloads = [workload("a", { port: 1, locality: us }), workload("b", { port: 2, locality: eu })];
    expect(show(mergeEndpoints("orders", undefined, workloads))).toEqual([
      "0 eu 1: 127.0.0.1:2*1",
      "0 us 1: 127.0.0.1:1*1",
    ]);
  });

  test("of two workloads with one address, the later one counts: the earlier was killed and its lease still runs", () => {
    const killed = workload("z", { port: 1, weight: 5 });
    const restarted = workload("a", { port: 1, weight: 7 });
    expect(show(mergeEndpoints("orders", undefined, [restarted, killed]))).toEqual(["0 - 7: 127.0.0.1:1*7"]);
  });

  test("host name and metadata come through", () => {
    const metadata = { "envoy.lb": { version: "v2" } };
    const merged = mergeEndpoints("orders", undefined, [workload("a", { port: 1, hostname: "h", metadata })]);
    expect(create(CLA, merged).endpoints[0]?.lb_endpoints[0]).toMatchObject({
      endpoint: { hostname: "h" },
      metadata: { filter_metadata: new Map(Object.entries(metadata)) },
    });
  });
});

describe("files", () => {
  test("without any weight get them", () => {
    const assignment = file({ lb_endpoints: [at("10.0.0.1"), at("10.0.0.2", 4)] }, { lb_endpoints: [] });
    expect(show(mergeEndpoints("orders", assignment, []))).toEqual([
      "0 - 5: 10.0.0.1:80*- 10.0.0.2:80*4",
      "0 - -: ",
    ]);
  });

  test("that weigh some localities mean no calls for the others", () => {
    const assignment = file(
      { locality: { region: "eu" }, load_balancing_weight: 9, lb_endpoints: [at("10.0.0.1")] },
      { locality: { region: "us" }, lb_endpoints: [at("10.0.0.2")] },
    );
    expect(show(mergeEndpoints("orders", assignment, []))).toEqual([
      "0 eu 9: 10.0.0.1:80*-",
      "0 us -: 10.0.0.2:80*-",
    ]);
  });

  test("always have a locality, for gRPC refuses an entry without the field", () => {
    const merged = mergeEndpoints("orders", file({ lb_endpoints: [at("10.0.0.1")] }), []);
    expect(create(CLA, merged).endpoints[0]?.locality).toMatchObject({ region: "", zone: "", sub_zone: "" });
  });

  test("keep what is no endpoint", () => {
    const policy = { overprovisioning_factor: 150 };
    const assignment = create(CLA, { cluster_name: "orders", policy, endpoints: [{ proximity: 3 }] });
    const merged = create(CLA, mergeEndpoints("orders", assignment, []));
    expect(merged).toMatchObject({ policy, endpoints: [{ proximity: 3 }] });
  });
});

describe("files and workloads", () => {
  test("share the entry of a locality, for gRPC refuses one that is there twice", () => {
    const assignment = file({ locality: { region: "eu" }, lb_endpoints: [at("10.0.0.1")] });
    const workloads = [workload("a", { port: 1, weight: 2, locality: { region: "eu" } })];
    expect(show(mergeEndpoints("orders", assignment, workloads))).toEqual([
      "0 eu 3: 10.0.0.1:80*- 127.0.0.1:1*2",
    ]);
  });

  test("leave a weight alone that the file states", () => {
    const assignment = file({ load_balancing_weight: 50, lb_endpoints: [at("10.0.0.1")] });
    expect(show(mergeEndpoints("orders", assignment, [workload("a", { port: 1 })]))).toEqual([
      "0 - 50: 10.0.0.1:80*- 127.0.0.1:1*1",
    ]);
  });

  test("give an address once: the file's word counts", () => {
    const assignment = file({ lb_endpoints: [at("127.0.0.1", 3)] });
    expect(show(mergeEndpoints("orders", assignment, [workload("a", { port: 80, weight: 9 })]))).toEqual([
      "0 - 3: 127.0.0.1:80*3",
    ]);
  });

  test("are one row of priorities", () => {
    const assignment = file({ priority: 1, lb_endpoints: [at("10.0.0.1")] });
    expect(show(mergeEndpoints("orders", assignment, [workload("a", { port: 1, priority: 4 })]))).toEqual([
      "0 - 1: 10.0.0.1:80*-",
      "1 - 1: 127.0.0.1:1*1",
    ]);
  });
});
