import { once } from "node:events";
import { createServer, get } from "node:https";
import type { AddressInfo } from "node:net";
import { createCertificateAuthority } from "@dualmesh/testkit/certificates";
import { request } from "undici";
import { describe, expect, test } from "vitest";
import { createGate } from "../src/gate.ts";
import { installAgents } from "../src/http-client/install-agents.ts";
import { createMesh, type Mesh, type MeshOptions } from "../src/index.ts";
import { bootstrapText, cluster, listener } from "./bootstrap.ts";
import { startServer, type TestServer } from "./server.ts";

const authority = createCertificateAuthority();
const own = authority.issue({ dns: ["orders.internal"] });

/** An upstream that speaks by TLS, and counts. */
async function startSecure() {
  let requests = 0;
  const server = createServer({ cert: own.certificate, key: own.privateKey }, (incoming, outgoing) => {
    requests++;
    outgoing.end(`${incoming.url} ${incoming.headers["x-forwarded-proto"]} ${incoming.headers["x-route"]}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    get requests() {
      return requests;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const TLS = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
const NAMES = { match_typed_subject_alt_names: [{ san_type: "DNS", matcher: { exact: "orders.internal" } }] };
const trusted = { trusted_ca: { inline_string: authority.certificate } };

function withTls(name: string, port: number, validation_context: object = { ...trusted, ...NAMES }): object {
  const typed_config = { "@type": TLS, common_tls_context: { validation_context } };
  return { ...cluster(name, port), transport_socket: { name: "tls", typed_config } };
}

/** A mesh in direct mode whose host `orders` has these routes. */
function openMesh(
  routes: readonly object[],
  clusters: readonly object[],
  options: Partial<MeshOptions> = {},
): Promise<Mesh> {
  const orders = { name: "orders", domains: ["orders"], routes };
  const text = bootstrapText({ listeners: [listener("out", "OUTBOUND", [orders])], clusters });
  return createMesh({ bootstrap: { text }, mode: "direct", ...options });
}

const to = (name: string): object => ({
  match: { prefix: "/" },
  route: { cluster: name },
  request_headers_to_add: [{ header: { key: "x-route", value: "orders" } }],
});

describe("a call by https to a host whose cluster does TLS with verified names", () => {
  test("enters the chain, which encrypts it: fetch", async () => {
    await using upstream = await startSecure();
    await using mesh = await openMesh([to("secure")], [withTls("secure", upstream.port)]);
    expect([mesh.claims("orders", "https"), mesh.claims("orders")]).toEqual([true, true]);
    const answer = await mesh.fetch("https://orders/a");
    expect([answer.status, await answer.text()]).toEqual([200, "/a https orders"]);
    const plain = await mesh.fetch("http://orders/b");
    expect(await plain.text()).toBe("/b http orders");
  });

  test("enters the chain, which encrypts it: node:https", async () => {
    await using upstream = await startSecure();
    await using mesh = await openMesh([to("secure")], [withTls("secure", upstream.port)]);
    const gate = createGate(async () => mesh);
    await gate.open();
    using _agents = installAgents(gate);
    const [incoming] = await once(get("https://orders/a"), "response");
    incoming.setEncoding("utf8");
    const [text] = await once(incoming, "data");
    expect([incoming.statusCode, text]).toEqual([200, "/a https orders"]);
  });

  test("fails as any other where the endpoint has another name, and is not sent", async () => {
    await using upstream = await startSecure();
    const validation = {
      ...trusted,
      match_typed_subject_alt_names: [{ san_type: "DNS", matcher: { exact: "other.internal" } }],
    };
    await using mesh = await openMesh([to("secure")], [withTls("secure", upstream.port, validation)]);
    const answer = await mesh.fetch("https://orders/a");
    expect([answer.status, answer.headers.get("x-dualmesh-execution")]).toEqual([503, "not-executed"]);
    expect(upstream.requests).toBe(0);
  });

  test("enters no chain where calls go to a sidecar: the way there is in clear text", async () => {
    await using mesh = await openMesh([to("secure")], [withTls("secure", 1)], {
      mode: "sidecar",
      outbound: "registry_only",
    });
    const { statusCode, body } = await request("https://orders/", { dispatcher: mesh.dispatcher });
    expect([statusCode, await body.text()]).toEqual([
      502,
      "https://orders: calls go to a sidecar, and the way there is in clear text; call http://orders",
    ]);
  });
});

describe("a host is claimed for calls by https", () => {
  const weighted = (...names: string[]): object => ({
    match: { prefix: "/" },
    route: { weighted_clusters: { clusters: names.map((name) => ({ name, weight: 1 })) } },
  });
  const byHeader = { match: { prefix: "/h" }, route: { cluster_header: "x-cluster" } };
  const moved = { match: { prefix: "/old" }, redirect: { path_redirect: "/new" } };
  const clusters = [
    cluster("plain", 1),
    withTls("secure", 1),
    withTls("second", 1, { verify_certificate_hash: ["ab".repeat(32)] }),
    withTls("nobody", 1, {}),
    withTls("anybody", 1, trusted),
    withTls("missing", 1, { trusted_ca: { filename: "/no/such.pem" }, ...NAMES }),
  ];

  test.each([
    [true, "its cluster verifies a name, or the very certificate", [weighted("secure", "second")]],
    [true, "what does not go to a cluster is beside it", [moved, to("secure")]],
    [true, "a header may name another one: that is looked at with each call", [byHeader, to("secure")]],
    [false, "its cluster does no TLS", [to("plain")]],
    [false, "its cluster verifies nothing", [to("nobody")]],
    [false, "its cluster takes any certificate of an authority", [to("anybody")]],
    [false, "its cluster has failed", [to("missing")]],
    [false, "one of its clusters does no TLS", [weighted("secure", "plain")]],
    [
      false,
      "one of its routes leads to clear text",
      [{ ...to("plain"), match: { prefix: "/p" } }, to("secure")],
    ],
    [false, "only a header says where its calls go", [byHeader]],
  ])("%s: %s", async (claimed, _, routes) => {
    await using mesh = await openMesh(routes, clusters);
    expect([mesh.claims("orders", "https"), mesh.claims("orders")]).toEqual([claimed, true]);
  });
});

test("a call by https whose header names a cluster without TLS is refused at the last moment, and not sent", async () => {
  const asked: string[] = [];
  await using plain: TestServer = await startServer((incoming, outgoing) => {
    asked.push(incoming.url ?? "");
    outgoing.end("in clear text");
  });
  await using upstream = await startSecure();
  await using mesh = await openMesh(
    [{ match: { prefix: "/h" }, route: { cluster_header: "x-cluster" } }, to("secure")],
    [withTls("secure", upstream.port), cluster("plain", plain.port)],
    { outbound: "registry_only" },
  );
  // A cluster that no route names is not known before: as with Envoy, one in the bootstrap is.
  const call = (scheme: string, headers: Record<string, string>) =>
    mesh.fetch(`${scheme}://orders/h`, { headers });
  expect(await (await call("https", { "x-cluster": "secure" })).text()).toBe("/h https undefined");
  const refused = await call("https", { "x-cluster": "plain", "x-forwarded-proto": "http" });
  expect([refused.status, await refused.text()]).toEqual([
    502,
    'the call is by https, and its route leads to cluster "plain", which does not do TLS with verified names',
  ]);
  expect(refused.headers.get("x-dualmesh-execution")).toBe("not-executed");
  expect(asked).toEqual([]);
  expect(await (await call("http", { "x-cluster": "plain" })).text()).toBe("in clear text");
});
