import { BodyPipe } from "@dualmesh/core";
import { callFor, manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createExtensionRegistry } from "../../src/index.ts";
import { ask, finish, send } from "../ask.ts";
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

/** The tick of the wheel that holds timeouts: how late one may be. */
const TICK_MS = 10;

async function limited(action: object, hcm: object = {}, registry = createExtensionRegistry()) {
  const clock = manualClock();
  const orders = await askedUpstream();
  const told = [{ header: { key: "x-why", value: "%RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%" } }];
  const route = routeTo("a", { timeout: "0s", ...action }, { response_headers_to_add: told });
  const plane = await staticPlane(
    {
      listeners: [outboundListener([ordersHost([route])], hcm)],
      clusters: [staticCluster("a", [orders.port])],
    },
    { clock, registry },
  );
  return {
    clock,
    orders,
    plane,
    async [Symbol.asyncDispose]() {
      await plane[Symbol.asyncDispose]();
      await orders[Symbol.asyncDispose]();
    },
  };
}

const IDLE = { idle_timeout: "0.3s" };
const LONG = { max_stream_duration: { max_stream_duration: "0.3s" } };
const HCM_IDLE = { stream_idle_timeout: "0.3s" };
const HCM_LONG = { common_http_protocol_options: { max_stream_duration: "0.3s" } };

test.each([
  [IDLE, {}, "stream timeout", "SI stream_idle_timeout"],
  [LONG, {}, "downstream duration timeout", "- max_duration_timeout"],
  [{}, HCM_IDLE, "stream timeout", "SI stream_idle_timeout"],
  [{}, HCM_LONG, "downstream duration timeout", "- max_duration_timeout"],
  // The route's comes first.
  [IDLE, { stream_idle_timeout: "9s" }, "stream timeout", "SI stream_idle_timeout"],
])("with %j and %j a call that waits too long is 504 %j", async (action, hcm, text, why) => {
  await using mesh = await limited(action, hcm);
  const { clock, orders, plane } = mesh;
  const answer = ask(plane, {}, { call: callFor(clock) });
  const { request } = await orders.next();
  const gone = new Promise((resolve) => request.once("close", resolve));
  await clock.advanceAsync(300 + TICK_MS);
  await gone;
  const got = await answer;
  expect([got.status, got.text, got.headers.get("x-why")]).toEqual([504, text, why]);
});

test.each([
  [{ idle_timeout: "0s" }, HCM_IDLE],
  [{ max_stream_duration: { max_stream_duration: "0s" } }, HCM_LONG],
  [{}, {}],
])("with %j and %j a call may wait", async (action, hcm) => {
  await using mesh = await limited(action, hcm);
  const { clock, orders, plane } = mesh;
  const answer = ask(plane, {}, { call: callFor(clock) });
  const { response } = await orders.next();
  await clock.advanceAsync(60_000);
  response.end("late");
  expect((await answer).text).toBe("late");
});

test.each([
  [IDLE, "stream timeout"],
  [LONG, "downstream duration timeout"],
])("with %j a client that does not send all of its request is 408", async (action, text) => {
  await using mesh = await limited(action);
  const { clock, orders, plane } = mesh;
  const body = new BodyPipe();
  body.write(Buffer.from("half"));
  const answer = ask(plane, { body }, { call: callFor(clock) });
  await orders.next();
  await clock.advanceAsync(300 + TICK_MS);
  expect(await answer).toMatchObject({ status: 408, text });
});

test("each byte in either direction begins the idle time anew", async () => {
  await using mesh = await limited(IDLE);
  const { clock, orders, plane } = mesh;
  const body = new BodyPipe();
  const call = callFor(clock);
  const sent = send(plane, { body }, { call });
  body.write(Buffer.from("a"));
  const { request, response } = await orders.next();
  for (let i = 0; i < 3; i++) {
    await clock.advanceAsync(250);
    body.write(Buffer.from("b"));
  }
  body.end();
  request.resume();
  await clock.advanceAsync(250);
  response.writeHead(200);
  response.write("first ");
  const got = await sent;
  const read = finish(got, call);
  await clock.advanceAsync(250);
  response.write("second");
  await new Promise((resolve) => setTimeout(resolve, 20));
  await clock.advanceAsync(250);
  expect(call.cancelled).toBeUndefined();
  const cut = expect(read).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED", flag: "SI" });
  await clock.advanceAsync(300 + TICK_MS);
  await cut;
});

test("bytes do not buy a call more than its whole time", async () => {
  await using mesh = await limited(LONG);
  const { clock, orders, plane } = mesh;
  const call = callFor(clock);
  const sent = send(plane, {}, { call });
  const { response } = await orders.next();
  response.writeHead(200);
  response.write("first ");
  const cut = expect(finish(await sent, call)).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
  await clock.advanceAsync(300 + TICK_MS);
  await cut;
});

test("filters have no time of their own", async () => {
  const registry = createExtensionRegistry();
  registry.httpFilter({
    type: "test.Hang",
    parse: () => undefined,
    create: () => () => () => new Promise(() => {}),
  });
  const struct = {
    "@type": "type.googleapis.com/xds.type.v3.TypedStruct",
    type_url: "x/test.Hang",
    value: {},
  };
  await using mesh = await limited(
    LONG,
    { http_filters: [{ name: "hang", typed_config: struct }, ROUTER] },
    registry,
  );
  const { clock, plane } = mesh;
  const answer = ask(plane, {}, { call: callFor(clock) });
  await clock.advanceAsync(300 + 2 * TICK_MS);
  expect(await answer).toMatchObject({ status: 504, text: "downstream duration timeout" });
});

describe("for gRPC", () => {
  const GRPC = { "content-type": "application/grpc" };

  test.each([
    [LONG, 4],
    [IDLE, undefined],
  ])("with %j a call that waits too long has the status %s of its own", async (action, expected) => {
    await using mesh = await limited(action);
    const { clock, orders, plane } = mesh;
    const answer = ask(plane, { headers: GRPC }, { call: callFor(clock) });
    await orders.next();
    await clock.advanceAsync(300 + TICK_MS);
    expect((await answer).local?.grpcStatus).toBe(expected);
  });

  const to = (duration: object): object => ({ max_stream_duration: duration });
  const LISTENER = { common_http_protocol_options: { max_stream_duration: "0.8s" } };

  // As Envoy 1.40 told it its upstream.
  test.each<[object, object, string | undefined, string | undefined]>([
    [{}, {}, "2S", "2S"],
    [{}, LISTENER, "2S", "2S"],
    [to({ max_stream_duration: "5s" }), {}, undefined, "5000m"],
    [to({ max_stream_duration: "5s" }), {}, "2S", "5000m"],
    [to({ max_stream_duration: "0s" }), {}, "2S", "2S"],
    [to({ max_stream_duration: "0s" }), LISTENER, "2S", undefined],
    [to({ grpc_timeout_header_max: "0s" }), {}, "2S", "2000m"],
    [to({ grpc_timeout_header_max: "0s" }), {}, "1H", "3600000m"],
    [to({ grpc_timeout_header_max: "0s" }), {}, "150000u", "150m"],
    [to({ grpc_timeout_header_max: "0s" }), {}, "abc", "abc"],
    [to({ grpc_timeout_header_max: "0s" }), LISTENER, "abc", "800m"],
    [to({ grpc_timeout_header_max: "1s" }), {}, "2S", "1000m"],
    [to({ grpc_timeout_header_max: "1s" }), {}, undefined, undefined],
    [to({ grpc_timeout_header_max: "1s" }), LISTENER, undefined, "800m"],
    [to({ grpc_timeout_header_max: "5s", grpc_timeout_header_offset: "0.4s" }), {}, "10S", "4600m"],
    [to({ grpc_timeout_header_offset: "0.4s", max_stream_duration: "3s" }), {}, "1S", "3000m"],
  ])(
    "of a route with %j and %j a client that asks for %s is told %s",
    async (action, hcm, asked, expected) => {
      let seen: string | undefined;
      await using upstream = await startUpstream((request, response) => {
        seen = request.headers["grpc-timeout"] as string | undefined;
        response.end();
      });
      await using plane = await staticPlane({
        listeners: [outboundListener([ordersHost([routeTo("a", action)])], hcm)],
        clusters: [staticCluster("a", [upstream.port])],
      });
      const headers = { ...GRPC, ...(asked === undefined ? {} : { "grpc-timeout": asked }) };
      await ask(plane, { method: "POST", headers });
      expect(seen).toBe(expected);
    },
  );

  test.each(["0m", "300m", "400m"])(
    "a client that asks for %s, which nothing is left of, is answered at once",
    async (asked) => {
      const action = to({ grpc_timeout_header_max: "5s", grpc_timeout_header_offset: "0.4s" });
      await using mesh = await limited(action);
      const headers = { ...GRPC, "grpc-timeout": asked };
      const got = await ask(mesh.plane, { headers }, { call: callFor(mesh.clock) });
      expect([got.local?.grpcStatus, got.text]).toEqual([4, "downstream duration timeout"]);
    },
  );
});

test("no timer is left behind by calls that were answered in time", async () => {
  await using mesh = await limited({ ...IDLE, ...LONG });
  const { clock, orders, plane } = mesh;
  const before = clock.pendingTimers;
  for (let i = 0; i < 3; i++) {
    const answer = ask(plane, {}, { call: callFor(clock) });
    (await orders.next()).response.end();
    await answer;
  }
  expect(clock.pendingTimers).toBeLessThanOrEqual(before + 2);
});
