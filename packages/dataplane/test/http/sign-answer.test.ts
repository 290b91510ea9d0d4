import { type Body, BodyPipe, type Call, type Headers } from "@dualmesh/core";
import { callFor, manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { type ConnectionManagerPlan, type DataPlane, signAnswer } from "../../src/index.ts";
import { send } from "../ask.ts";
import { askedUpstream } from "../asked-upstream.ts";
import {
  ordersHost,
  outboundListener,
  ROUTER,
  routeTo,
  startUpstream,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";

const SERVICE_TIME = "x-envoy-upstream-service-time";

async function planeOf(
  port: number,
  hcm: object = {},
  action: object = {},
  cluster: object = {},
): Promise<DataPlane> {
  return staticPlane({
    listeners: [
      outboundListener(
        [
          ordersHost([
            { match: { path: "/own" }, direct_response: { status: 200 } },
            { match: { path: "/full" }, route: { cluster: "orders", priority: "HIGH" } },
            routeTo("orders", action),
          ]),
        ],
        hcm,
      ),
    ],
    clusters: [staticCluster("orders", [port], cluster)],
  });
}

function managerOf(plane: DataPlane): ConnectionManagerPlan {
  return plane.listeners.get("outbound")?.plan.chains[0]?.http as ConnectionManagerPlan;
}

/** Asks as an edge would: the answer's fields, signed. */
async function signed(
  plane: DataPlane,
  { path = "/", body, call = callFor(manualClock()) }: { path?: string; body?: Body; call?: Call } = {},
): Promise<Headers> {
  const response = await send(
    plane,
    { path, ...(body === undefined ? {} : { method: "POST", body }) },
    { call },
  );
  signAnswer(managerOf(plane), response, call);
  return response.head.headers;
}

describe("server", () => {
  test.each([
    ["is Envoy's name by default, whatever the upstream calls itself", {}, "envoy", "envoy"],
    ["is the name that is configured", { server_name: "shop" }, "shop", "shop"],
    [
      "with APPEND_IF_ABSENT is the upstream's, if it has one",
      { server_name: "shop", server_header_transformation: "APPEND_IF_ABSENT" },
      "upstream/1",
      "shop",
    ],
    [
      "with PASS_THROUGH is the upstream's or none",
      { server_name: "shop", server_header_transformation: "PASS_THROUGH" },
      "upstream/1",
      undefined,
    ],
  ])("%s", async (_, hcm, ofUpstream, ofOwn) => {
    await using upstream = await startUpstream((_request, response) =>
      response.setHeader("server", "upstream/1").end(),
    );
    await using plane = await planeOf(upstream.port, hcm);
    expect((await signed(plane)).get("server")).toBe(ofUpstream);
    expect((await signed(plane, { path: "/own" })).get("server")).toBe(ofOwn);
  });
});

describe("the upstream's time", () => {
  test("is counted in whole milliseconds, and takes the place of what the upstream says", async () => {
    const clock = manualClock();
    await using upstream = await askedUpstream();
    await using plane = await planeOf(upstream.port);
    const fields = signed(plane, { call: callFor(clock) });
    const { response } = await upstream.next();
    clock.advance(41.9);
    response.setHeader(SERVICE_TIME, "7").end();
    expect((await fields).getAll(SERVICE_TIME)).toEqual(["41"]);
  });

  test.each([["0s"], ["15s"]])(
    "begins at the end of a streamed request, under a timeout of %s",
    async (timeout) => {
      const clock = manualClock();
      await using upstream = await askedUpstream();
      await using plane = await planeOf(upstream.port, {}, { timeout });
      const body = new BodyPipe();
      const fields = signed(plane, { body, call: callFor(clock) });
      body.write(Buffer.from("slow"));
      const { request, response } = await upstream.next();
      clock.advance(1_000);
      body.end();
      await request.resume().toArray();
      clock.advance(30);
      response.end();
      expect((await fields).get(SERVICE_TIME)).toBe("30");
    },
  );

  test("is not known where the answer came before the end of the request", async () => {
    await using upstream = await askedUpstream();
    await using plane = await planeOf(upstream.port);
    const body = new BodyPipe();
    const fields = signed(plane, { body });
    body.write(Buffer.from("endless"));
    (await upstream.next()).response.writeHead(413).end();
    expect((await fields).has(SERVICE_TIME)).toBe(false);
  });

  test("is none where the mesh answers by itself", async () => {
    await using plane = await planeOf(1);
    expect((await signed(plane, { path: "/own" })).has(SERVICE_TIME)).toBe(false);
  });
});

test("suppress_envoy_headers keeps the router's own fields from requests and answers", async () => {
  await using upstream = await startUpstream((request, response) =>
    response.setHeader("x-original", `${request.url} ${request.headers["x-envoy-original-path"]}`).end(),
  );
  const typed_config = { ...ROUTER.typed_config, suppress_envoy_headers: true };
  await using plane = await planeOf(
    upstream.port,
    { http_filters: [{ ...ROUTER, typed_config }] },
    { prefix_rewrite: "/new" },
    { circuit_breakers: { thresholds: [{ priority: "HIGH", max_requests: 0 }] } },
  );
  const fields = await signed(plane);
  expect([fields.get("x-original"), fields.has(SERVICE_TIME), fields.get("server")]).toEqual([
    "/new undefined",
    false,
    "envoy",
  ]);
  const refused = await send(plane, { path: "/full" });
  expect([refused.head.local?.flag, refused.head.headers.has("x-envoy-overloaded")]).toEqual(["UO", false]);
});
