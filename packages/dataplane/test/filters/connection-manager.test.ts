import { createCall, type Request } from "@dualmesh/core";
import { callFor, manualClock, recordingMetrics, type TextRequestOptions } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createExtensionRegistry, DOWNSTREAM } from "../../src/index.ts";
import { ask, send } from "../ask.ts";
import { askedUpstream } from "../asked-upstream.ts";
import {
  ordersHost,
  outboundListener,
  ROUTER,
  routeTo,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";

test("calls are counted by connection manager, class of answer and time", async () => {
  const metrics = recordingMetrics();
  const clock = manualClock();
  await using orders = await askedUpstream();
  await using plane = await staticPlane(
    {
      listeners: [
        outboundListener([
          ordersHost([{ match: { path: "/d" }, direct_response: { status: 404 } }, routeTo("a")]),
        ]),
      ],
      clusters: [staticCluster("a", [orders.port])],
    },
    { metrics, clock },
  );
  const answer = ask(plane, {}, { call: callFor(clock) });
  const { response } = await orders.next();
  expect(metrics.value("http.outbound.downstream_rq_active")).toBe(1);
  await clock.advanceAsync(250);
  response.end();
  await answer;
  await ask(plane, { path: "/d" }, { call: callFor(clock) });
  const cut = callFor(clock);
  void send(plane, {}, { call: cut });
  await orders.next();
  cut.cancel({ code: "CANCELLED", flag: "DC", execution: "in-doubt", message: "gone" });
  cut.end({ code: "CANCELLED", status: 0, flag: "DC", details: "gone", execution: "in-doubt" });
  const counted = ["total", "active", "2xx", "4xx", "5xx", "rx_reset"].map((name) =>
    metrics.value(`http.outbound.downstream_rq_${name}`),
  );
  expect(counted).toEqual([3, 0, 1, 1, 0, 1]);
  expect(metrics.recorded("http.outbound.downstream_rq_time")).toEqual([250, 0, 0]);
});

/** What the filters of a chain see of a request that came over a connection from 10.1.2.3, or from the application. */
async function prepared(hcm: object, request: TextRequestOptions, remoteAddress?: string): Promise<Request> {
  let seen: Request | undefined;
  const registry = createExtensionRegistry();
  registry.httpFilter({
    type: "test.Look",
    parse: () => undefined,
    create: () => (next) => (given, call) => {
      seen = given;
      return next(given, call);
    },
  });
  const look = {
    name: "look",
    typed_config: {
      "@type": "type.googleapis.com/xds.type.v3.TypedStruct",
      type_url: "x/test.Look",
      value: {},
    },
  };
  await using plane = await staticPlane(
    { listeners: [outboundListener([], { http_filters: [look, ROUTER], ...hcm })] },
    { registry },
  );
  const call = createCall();
  if (remoteAddress !== undefined)
    call.set(DOWNSTREAM, {
      remoteAddress,
      remotePort: 5,
      localAddress: "127.0.0.1",
      localPort: 80,
      encrypted: false,
      serverName: "",
      clientCertificate: "none",
    });
  await ask(plane, request, { call });
  return seen as Request;
}

describe("where a request came from", () => {
  const EDGE = { use_remote_address: true };

  test.each([
    ["the application's own call has no address", {}, {}, undefined, undefined],
    ["an inner hop leaves the list alone", {}, { "x-forwarded-for": "1.1.1.1" }, "10.1.2.3", "1.1.1.1"],
    ["the edge begins it", EDGE, {}, "10.1.2.3", "10.1.2.3"],
    ["the edge appends to it", EDGE, { "x-forwarded-for": "1.1.1.1" }, "10.1.2.3", "1.1.1.1,10.1.2.3"],
    ["an IPv4 address in IPv6 dress is itself", EDGE, {}, "::ffff:10.1.2.3", "10.1.2.3"],
    ["a Unix socket has none", EDGE, {}, "", undefined],
    [
      "nothing is appended where that is not wanted",
      { ...EDGE, skip_xff_append: true },
      {},
      "10.1.2.3",
      undefined,
    ],
  ])("%s", async (_, hcm, headers, remote, expected) => {
    const { head } = await prepared(hcm, { headers }, remote);
    expect(head.headers.get("x-forwarded-for")).toBe(expected);
  });

  test("the scheme is what a trusted peer says, and at the edge what the connection is", async () => {
    const headers = { "x-forwarded-proto": "https" };
    const inner = await prepared({}, { headers }, "10.1.2.3");
    expect([inner.head.scheme, inner.head.headers.get("x-forwarded-proto")]).toEqual(["https", "https"]);
    const edge = await prepared(EDGE, { headers }, "10.1.2.3");
    expect([edge.head.scheme, edge.head.headers.get("x-forwarded-proto")]).toEqual(["http", "http"]);
    const nonsense = await prepared({}, { headers: { "x-forwarded-proto": "gopher" } });
    expect(nonsense.head.scheme).toBe("http");
  });

  test.each([undefined, "10.1.2.3"])(
    "what a client says of its certificate goes no further: %s",
    async (remote) => {
      const headers = { "x-forwarded-client-cert": "URI=spiffe://mesh/me" };
      const { head } = await prepared({}, { headers }, remote);
      expect(head.headers.has("x-forwarded-client-cert")).toBe(false);
    },
  );

  test("a stranger's request id is replaced at the edge, unless it is to be kept", async () => {
    const headers = { "x-request-id": "mine" };
    expect((await prepared({}, { headers }, "10.1.2.3")).head.headers.get("x-request-id")).toBe("mine");
    expect((await prepared(EDGE, { headers }, "10.1.2.3")).head.headers.get("x-request-id")).not.toBe("mine");
    const kept = await prepared({ ...EDGE, preserve_external_request_id: true }, { headers }, "10.1.2.3");
    expect(kept.head.headers.get("x-request-id")).toBe("mine");
  });
});
