import { createCall } from "@dualmesh/core";
import { callFor, manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { DOWNSTREAM } from "../../src/index.ts";
import { ask } from "../ask.ts";
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

const INTERNAL = {
  use_remote_address: true,
  internal_address_config: { cidr_ranges: [{ address_prefix: "10.0.0.0", prefix_len: 8 }] },
};

function callOf(remoteAddress: string) {
  const call = createCall();
  const local = {
    localAddress: "127.0.0.1",
    localPort: 80,
    encrypted: false,
    serverName: "",
    clientCertificate: "none",
  } as const;
  call.set(DOWNSTREAM, { remoteAddress, remotePort: 5, ...local });
  return call;
}

/** What the upstream is told, in its two fields. */
async function told(
  action: object,
  headers: Record<string, string>,
  { remote = "10.1.2.3", hcm = {} }: { remote?: string; hcm?: object } = {},
): Promise<(string | undefined)[]> {
  let seen: Record<string, unknown> = {};
  await using upstream = await startUpstream((request, response) => {
    seen = request.headers;
    response.end();
  });
  await using plane = await staticPlane({
    listeners: [outboundListener([ordersHost([routeTo("a", action)])], { ...INTERNAL, ...hcm })],
    clusters: [staticCluster("a", [upstream.port])],
  });
  await ask(plane, { method: "POST", headers }, { call: callOf(remote) });
  for (const name of Object.keys(headers)) {
    if (name.startsWith("x-envoy-") && name !== "x-envoy-expected-rq-timeout-ms")
      expect(seen[name]).toBeUndefined();
  }
  return [seen["x-envoy-expected-rq-timeout-ms"], seen["grpc-timeout"]] as (string | undefined)[];
}

const WHOLE = "x-envoy-upstream-rq-timeout-ms";
const PER_TRY = "x-envoy-upstream-rq-per-try-timeout-ms";
const TRIES = { timeout: "2s", retry_policy: { retry_on: "5xx", per_try_timeout: "0.2s" } };

// As Envoy 1.40 did.
test.each<[object, Record<string, string>, string | undefined]>([
  [{}, {}, "15000"],
  [{ timeout: "0.3s" }, {}, "300"],
  [{ timeout: "0s" }, {}, undefined],
  [TRIES, {}, "200"],
  [{ ...TRIES, timeout: "0.2s" }, {}, "200"],
  [{ ...TRIES, timeout: "0.1s" }, {}, "100"],
  [{ timeout: "0.3s" }, { [WHOLE]: "200" }, "200"],
  [{ timeout: "0.3s" }, { [WHOLE]: "600" }, "600"],
  [{ timeout: "0.3s" }, { [WHOLE]: "0" }, undefined],
  [{ timeout: "0.3s" }, { [WHOLE]: "+200" }, "200"],
  [{ timeout: "0.3s" }, { [WHOLE]: "-1" }, "300"],
  [{ timeout: "0.3s" }, { [WHOLE]: "1.5" }, "300"],
  [{ timeout: "0.3s" }, { [WHOLE]: "abc" }, "300"],
  [{ timeout: "0.3s" }, { [WHOLE]: "" }, "300"],
  [{ timeout: "0.3s" }, { [WHOLE]: "99999999999999999999" }, "300"],
  [{ timeout: "0.3s" }, { [PER_TRY]: "100" }, "100"],
  [{ timeout: "0.3s" }, { [PER_TRY]: "5000" }, "300"],
  [{ timeout: "0s" }, { [PER_TRY]: "100" }, "100"],
  [TRIES, { [PER_TRY]: "100" }, "100"],
  [TRIES, { [PER_TRY]: "0" }, "2000"],
  [TRIES, { [PER_TRY]: "2000" }, "2000"],
  [TRIES, { [PER_TRY]: "abc" }, "200"],
  [{}, { [WHOLE]: "500", [PER_TRY]: "400" }, "400"],
  [{}, { [WHOLE]: "200", [PER_TRY]: "400" }, "200"],
  [{}, { [WHOLE]: "0", [PER_TRY]: "400" }, "400"],
  [{ timeout: "0.3s" }, { "x-envoy-expected-rq-timeout-ms": "77" }, "300"],
  [{ timeout: "0s" }, { "x-envoy-expected-rq-timeout-ms": "77" }, "77"],
  [{ timeout: "2s", max_stream_duration: {} }, {}, undefined],
])(
  "of a route with %j an internal client that says %j has the time-out %s",
  async (action, headers, expected) => {
    expect((await told(action, headers))[0]).toBe(expected);
  },
);

test.each([WHOLE, PER_TRY, "x-envoy-expected-rq-timeout-ms"])(
  "what a stranger says in %s is not heard",
  async (name) => {
    expect(await told({ timeout: "0.3s" }, { [name]: "100" }, { remote: "192.0.2.1" })).toEqual([
      "300",
      undefined,
    ]);
  },
);

test("an upstream is told nothing where the router adds no fields of Envoy's", async () => {
  const router = { ...ROUTER, typed_config: { ...ROUTER.typed_config, suppress_envoy_headers: true } };
  const hcm = { http_filters: [router] };
  expect(await told({}, { [WHOLE]: "200" }, { hcm })).toEqual([undefined, undefined]);
});

describe("the older time-outs of gRPC", () => {
  const OLD = { timeout: "0.3s", max_grpc_timeout: "1s", grpc_timeout_offset: "0.1s" };

  test.each<[object, string | undefined, (string | undefined)[]]>([
    [{ ...OLD, max_grpc_timeout: "0s" }, "10S", ["9900", "9900m"]],
    [{ ...OLD, max_grpc_timeout: "0s" }, undefined, [undefined, undefined]],
    [OLD, "10S", ["1000", "1000m"]],
    [OLD, "500m", ["400", "400m"]],
    // Nothing would be left.
    [OLD, "50m", ["50", "50m"]],
    [OLD, "0m", ["1000", "1000m"]],
    [OLD, undefined, ["1000", "1000m"]],
    [{ ...OLD, ...TRIES }, "500m", ["200", "200m"]],
    [{ ...OLD, max_grpc_timeout: undefined }, "500m", ["300", "500m"]],
  ])("of a route with %j a client that asks for %s is told %j", async (action, asked, expected) => {
    const grpc = asked === undefined ? {} : { "grpc-timeout": asked };
    expect(await told(action, { "content-type": "application/grpc", ...grpc })).toEqual(expected);
  });

  test("are for gRPC alone", async () => {
    expect(await told(OLD, { "grpc-timeout": "500m" })).toEqual(["300", "500m"]);
  });
});

test("a further attempt is told what is left of the whole", async () => {
  const clock = manualClock();
  await using orders = await askedUpstream();
  const action = {
    timeout: "1s",
    retry_policy: { retry_on: "5xx", retry_back_off: { base_interval: "0.001s" } },
  };
  await using plane = await staticPlane(
    {
      listeners: [outboundListener([ordersHost([routeTo("a", action)])])],
      clusters: [staticCluster("a", [orders.port])],
    },
    { clock },
  );
  const answer = ask(plane, {}, { call: callFor(clock) });
  const first = await orders.next();
  await clock.advanceAsync(300);
  first.response.writeHead(503).end();
  const stop = setInterval(() => void clock.advanceAsync(1), 1);
  const second = await orders.next();
  clearInterval(stop);
  second.response.end();
  await answer;
  const left = Number(second.request.headers["x-envoy-expected-rq-timeout-ms"]);
  expect(first.request.headers["x-envoy-expected-rq-timeout-ms"]).toBe("1000");
  expect(left).toBeLessThanOrEqual(700);
  expect(left).toBeGreaterThan(500);
});

test("a client that asks for an empty answer gets one when its time is over", async () => {
  const clock = manualClock();
  await using orders = await askedUpstream();
  await using plane = await staticPlane(
    {
      listeners: [
        outboundListener([ordersHost([routeTo("a", { timeout: "1s" })])], {
          ...INTERNAL,
          use_remote_address: false,
        }),
      ],
      clusters: [staticCluster("a", [orders.port])],
    },
    { clock },
  );
  const headers = { "x-envoy-upstream-rq-timeout-alt-response": "1", "x-forwarded-for": "10.1.2.3" };
  const answer = ask(plane, { headers }, { call: callFor(clock) });
  const { request } = await orders.next();
  expect(request.headers["x-envoy-upstream-rq-timeout-alt-response"]).toBeUndefined();
  await clock.advanceAsync(1_010);
  const { status, text, headers: fields } = await answer;
  expect([status, text, fields.has("content-type")]).toEqual([204, "", false]);
});
