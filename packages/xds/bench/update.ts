/**
 * What updates cost, without network and without compiling: the client's and the view's own work, and the server's.
 *
 *   node --conditions=@dualmesh/source packages/xds/bench/update.ts
 */
import { encode, packAny, TYPE_URL } from "@dualmesh/envoy-api";
import {
  createConfigView,
  createXdsClient,
  type OpenXdsStream,
  type ResourceType,
  type XdsStreamHandlers,
} from "@dualmesh/xds";
import { createSnapshot, createXdsServer, type SnapshotResource } from "@dualmesh/xds/server";

const { CDS, EDS } = TYPE_URL;

/** A type that does no work: what remains is ours. `references` gives the endpoints of a cluster. */
function bareType(typeUrl: string, fullState: boolean): ResourceType<{ readonly name: string }> {
  return {
    name: typeUrl,
    typeUrl,
    fullState,
    parse(bytes) {
      const name = Buffer.from(bytes.subarray(2, 2 + (bytes[1] as number))).toString();
      return { kind: "value", name, value: { name } };
    },
    references: ({ name }) => (fullState ? [{ typeUrl: EDS, name }] : []),
  };
}

const types = [bareType(CDS, true), bareType(EDS, false)];

function cluster(name: string, revision: number): SnapshotResource {
  const any = packAny("envoy.config.cluster.v3.Cluster", {
    name,
    type: "EDS",
    eds_cluster_config: { eds_config: { ads: {} } },
    connect_timeout: { seconds: revision },
  });
  return { typeUrl: CDS, name, any: encode("google.protobuf.Any", any) };
}

function endpoints(name: string, count: number, revision: number): SnapshotResource {
  const lb_endpoints = Array.from({ length: count }, (_, i) => ({
    endpoint: {
      address: {
        socket_address: { address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, port_value: 80 + revision },
      },
    },
  }));
  const any = packAny("envoy.config.endpoint.v3.ClusterLoadAssignment", {
    cluster_name: name,
    endpoints: [{ locality: { region: "r" }, lb_endpoints }],
  });
  return { typeUrl: EDS, name, any: encode("google.protobuf.Any", any) };
}

function responseOf(typeUrl: string, version: string, resources: readonly SnapshotResource[]): Uint8Array {
  const server = createXdsServer({ group: () => "" });
  server.setSnapshot("", createSnapshot(resources));
  let bytes: Uint8Array = new Uint8Array();
  const stream = {
    peer: "",
    send(response: Uint8Array) {
      bytes = response;
      return true;
    },
    end() {},
  };
  const names = resources.map(({ name }) => name);
  server.serve(stream).onRequest(
    encode("envoy.service.discovery.v3.DiscoveryRequest", {
      type_url: typeUrl,
      resource_names: names,
      version_info: version,
    }),
  );
  return bytes;
}

async function time(label: string, step: () => void | Promise<void>): Promise<void> {
  const from = performance.now();
  await step();
  console.log(`${label.padEnd(64)} ${(performance.now() - from).toFixed(2).padStart(9)} ms`);
}

/** Microtasks run before this gives way. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const COUNT = 10_000;
let handlers: XdsStreamHandlers | undefined;
let sent = 0;
const openStream: OpenXdsStream = (_, given) => {
  handlers = given;
  queueMicrotask(() => given.onOpen());
  return { send: () => void sent++, pause() {}, resume() {}, end() {} };
};
const client = createXdsClient({
  node: { id: "bench" },
  target: { kind: "unix", address: "" },
  types,
  openStream,
});
const view = createConfigView({ source: client, types, roots: [{ kind: "all", typeUrl: CDS }] });
await turn();
const names = Array.from({ length: COUNT }, (_, i) => `outbound|80||service-${i}.default.svc.cluster.local`);
const clusters = responseOf(
  CDS,
  "",
  names.map((name) => cluster(name, 1)),
);
const assignments = responseOf(
  EDS,
  "",
  names.map((name) => endpoints(name, 1, 1)),
);
const one = responseOf(EDS, "", [endpoints(names[77] as string, 1, 2)]);
const big = [1, 2].map((revision) => responseOf(EDS, "", [endpoints(names[5] as string, COUNT, revision)]));

const deliver = async (bytes: Uint8Array): Promise<void> => {
  handlers?.onMessage(bytes);
  await turn();
};
await time(`${COUNT} clusters, the first time, ${(clusters.length / 1e6).toFixed(1)} MB`, () =>
  deliver(clusters),
);
await time(`${COUNT} endpoint sets, the first time; adopted in one snapshot`, () => deliver(assignments));
console.log(`generation ${view.current.generation}, ready ${view.current.ready}, ${sent} requests sent`);
await time(`${COUNT} clusters again, unchanged`, () => deliver(clusters));
for (let i = 0; i < 3; i++)
  await time("one endpoint set of 10,000 changes (SotW, partial response)", () => deliver(one));
for (const bytes of big) {
  await time(`one set of ${COUNT} endpoints, ${(bytes.length / 1e3).toFixed(0)} kB, unparsed`, () =>
    deliver(bytes),
  );
}
view[Symbol.dispose]();
await client[Symbol.asyncDispose]();

const streams = 1_000;
const server = createXdsServer({ group: () => "g" });
const base = Array.from({ length: 100 }, (_, i) => endpoints(`c${i}`, 10, 1));
server.setSnapshot("g", createSnapshot(base));
const request = (nonce: string): Uint8Array =>
  encode("envoy.service.discovery.v3.DiscoveryRequest", {
    type_url: EDS,
    resource_names: base.map(({ name }) => name),
    response_nonce: nonce,
  });
let received = 0;
for (let i = 0; i < streams; i++) {
  const peer = server.serve({ peer: "", send: () => ++received > 0, end() {} });
  peer.onRequest(request(""));
  peer.onRequest(request("1"));
}
received = 0;
await time(`one of 100 endpoint sets changes, for ${streams} streams`, async () => {
  server.setSnapshot("g", createSnapshot([...base.slice(1), endpoints("c0", 10, 2)]));
  while (received < streams) await turn();
});
