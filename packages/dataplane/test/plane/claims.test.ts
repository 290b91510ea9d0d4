import { createCall } from "@dualmesh/core";
import { mockService, textRequest, textResponse } from "@dualmesh/testkit";
import { createCertificateAuthority } from "@dualmesh/testkit/certificates";
import { describe, expect, test } from "vitest";
import { DOWNSTREAM, type Listener } from "../../src/index.ts";
import { ordersHost, outboundListener, routeTo, staticCluster, staticPlane } from "../static-plane.ts";
import { certificateJson, downstreamSocket } from "../tls/tls-json.ts";

const PASSTHROUGH = { name: "PassthroughCluster", type: "ORIGINAL_DST", lb_policy: "CLUSTER_PROVIDED" };

async function listenerOf(virtualHosts: readonly object[]): Promise<Listener & AsyncDisposable> {
  const plane = await staticPlane({
    listeners: [outboundListener(virtualHosts)],
    clusters: [PASSTHROUGH, staticCluster("a", [])],
  });
  const listener = plane.listeners.get("outbound") as Listener;
  return Object.assign(listener, { [Symbol.asyncDispose]: () => plane[Symbol.asyncDispose]() });
}

describe("whose calls belong to the mesh", () => {
  const host = (name: string, domains: readonly string[], cluster = "a"): object => ({
    name,
    domains,
    routes: [routeTo(cluster)],
  });

  test.each([
    ["orders.test", true],
    ["ORDERS.TEST", true],
    ["orders.test:80", false],
    ["a.shop.test", true],
    ["shop.test", false],
    ["api.eu", true],
    ["elsewhere.test", false],
    ["10.0.0.1:8080", false],
  ])("%s: %s", async (authority, claimed) => {
    await using listener = await listenerOf([
      host("exact", ["orders.test"]),
      host("wild", ["*.shop.test", "api.*"]),
      host("rest", ["*"], "PassthroughCluster"),
    ]);
    expect(listener.claims(authority)).toBe(claimed);
  });

  test("a catch-all claims everything, unless it only lets it through", async () => {
    await using all = await listenerOf([host("rest", ["*"])]);
    expect(all.claims("elsewhere.test")).toBe(true);
    await using direct = await listenerOf([
      {
        name: "block",
        domains: ["*"],
        routes: [{ match: { prefix: "/" }, direct_response: { status: 502 } }],
      },
    ]);
    expect(direct.claims("elsewhere.test")).toBe(true);
    await using none = await listenerOf([]);
    expect(none.claims("elsewhere.test")).toBe(false);
  });
});

describe("a chain before an application", () => {
  const ask = (listener: Listener, request: Parameters<typeof textRequest>[0], port = 0) => {
    const app = mockService();
    return { app, answer: listener.before(app.service, port)(textRequest(request), createCall()) };
  };

  test("what would be forwarded goes to the application, prepared by its route, without a cluster", async () => {
    await using listener = await listenerOf([
      ordersHost([{ match: { prefix: "/api" }, route: { cluster: "nowhere", prefix_rewrite: "/v2" } }], {
        request_headers_to_add: [{ header: { key: "x-in", value: "1" } }],
        response_headers_to_add: [{ header: { key: "x-out", value: "1" } }],
      }),
    ]);
    const { app, answer } = ask(listener, { path: "/api/x" });
    const asked = await app.handle.next();
    expect([asked.request.head.path, asked.request.head.headers.get("x-in")]).toEqual(["/v2/x", "1"]);
    asked.answer(textResponse(201));
    const { head } = await answer;
    expect([head.status, head.headers.get("x-out")]).toEqual([201, "1"]);
  });

  test("what the route answers by itself does not reach it, and neither does what has no route", async () => {
    await using listener = await listenerOf([
      ordersHost([{ match: { prefix: "/d" }, direct_response: { status: 418 } }]),
    ]);
    const direct = ask(listener, { path: "/d" });
    expect((await direct.answer).head.status).toBe(418);
    const missing = ask(listener, { path: "/x" });
    expect((await missing.answer).head.status).toBe(404);
    expect(direct.app.handle.asked + missing.app.handle.asked).toBe(0);
  });

  test("that takes clients by TLS alone refuses what came in clear text, and lets in what a server has decrypted", async () => {
    const own = createCertificateAuthority().issue();
    const { filter_chains, ...rest } = outboundListener([ordersHost([routeTo("a")])]) as {
      readonly filter_chains: readonly object[];
    };
    const socket = downstreamSocket({ common_tls_context: certificateJson(own) });
    const chain = { ...filter_chains[0], ...socket, filter_chain_match: { destination_port: 8443 } };
    await using plane = await staticPlane({ listeners: [{ ...rest, filter_chains: [chain] }] });
    const listener = plane.listeners.get("outbound") as Listener;

    const refused = ask(listener, {}, 8443);
    const { head } = await refused.answer;
    expect([head.status, head.local?.details, refused.app.handle.asked]).toEqual([
      403,
      "filter_chain_wants_tls",
      0,
    ]);
    // Another port has no chain, and nothing is refused there.
    const other = ask(listener, {}, 80);
    (await other.app.handle.next()).answer(textResponse(200));
    expect((await other.answer).head.status).toBe(200);

    const call = createCall();
    const address = { remoteAddress: "", remotePort: 0, localAddress: "", localPort: 8443 };
    call.set(DOWNSTREAM, { ...address, encrypted: true, serverName: "", clientCertificate: "none" });
    const app = mockService();
    const answer = listener.before(app.service, 8443)(textRequest(), call);
    (await app.handle.next()).answer(textResponse(200));
    expect((await answer).head.status).toBe(200);
  });
});
