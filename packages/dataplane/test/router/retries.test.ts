import { BodyPipe } from "@dualmesh/core";
import { callFor, manualClock, recordingMetrics, seededRandom } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { ask } from "../ask.ts";
import { askedUpstream } from "../asked-upstream.ts";
import {
  freePort,
  ordersHost,
  outboundListener,
  routeTo,
  startUpstream,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";

const PREVIOUS_HOSTS = [{ name: "envoy.retry_host_predicates.previous_hosts" }];

/** Answers its own name, or a status. */
const named = (name: string, status = 200) =>
  startUpstream((_, response) => response.writeHead(status).end(name));

async function planeOf(ports: readonly number[], retry_policy: object, more: object = {}, host: object = {}) {
  const clock = manualClock();
  const metrics = recordingMetrics();
  const plane = await staticPlane(
    {
      listeners: [outboundListener([ordersHost([routeTo("a", { retry_policy })], host)])],
      clusters: [staticCluster("a", ports, more)],
    },
    // No jitter: a back-off of 0 ms is over at once, as long as the clock's timers fire.
    { clock, metrics, random: () => 0 },
  );
  /** Lets time pass until the answer is there. */
  const asks = async (request: Parameters<typeof ask>[1] = {}) => {
    const call = callFor(clock);
    let done = false;
    const answer = ask(plane, request, { call }).finally(() => {
      done = true;
    });
    while (!done) await clock.advanceAsync(10);
    return { ...(await answer), attempts: call.attempt };
  };
  return { plane, clock, metrics, asks, [Symbol.asyncDispose]: () => plane[Symbol.asyncDispose]() };
}

test("a retry goes on until an endpoint answers, and tells its number", async () => {
  const counts: unknown[] = [];
  await using flaky = await startUpstream((request, response) => {
    counts.push(request.headers["x-envoy-attempt-count"]);
    response.writeHead(counts.length < 3 ? 503 : 200).end();
  });
  const policy = { retry_on: "5xx", num_retries: 5 };
  await using orders = await planeOf([flaky.port], policy, {}, { include_request_attempt_count: true });
  const { status, attempts } = await orders.asks();
  expect([status, attempts, counts]).toEqual([200, 3, ["1", "2", "3"]]);
  expect(orders.metrics.value("cluster.a.upstream_rq_retry")).toBe(2);
  expect(orders.metrics.value("cluster.a.upstream_rq_retry_success")).toBe(1);
});

test("the last answer is the answer when the retries are spent", async () => {
  await using broken = await named("sorry", 502);
  await using orders = await planeOf([broken.port], { retry_on: "gateway-error", num_retries: 2 });
  const { status, text, attempts } = await orders.asks();
  expect([status, text, attempts]).toEqual([502, "sorry", 3]);
  expect(orders.metrics.value("cluster.a.upstream_rq_retry_limit_exceeded")).toBe(1);
});

test("an answer of the mesh's own after retries says so, and what the last of them came to", async () => {
  await using orders = await planeOf([await freePort()], { retry_on: "connect-failure" });
  const { text, attempts, outcome } = await orders.asks();
  expect(attempts).toBe(2);
  expect(text).toBe(
    "upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure",
  );
  expect(outcome.details).toMatch(
    /^upstream_reset_before_response_started\{remote_connection_failure\|connect_ECONNREFUSED_[\d.:]+\}$/,
  );
});

test("what the policy does not name is not retried", async () => {
  await using broken = await named("teapot", 500);
  await using orders = await planeOf([broken.port], { retry_on: "connect-failure", num_retries: 2 });
  expect((await orders.asks()).attempts).toBe(1);
});

test("requests that the policy does not want are sent once", async () => {
  await using broken = await named("sorry", 503);
  const policy = { retry_on: "5xx", retriable_request_headers: [{ name: "x-retry" }] };
  await using orders = await planeOf([broken.port], policy);
  expect((await orders.asks()).attempts).toBe(0);
  expect((await orders.asks({ headers: { "x-retry": "1" } })).attempts).toBe(2);
});

test("with previous_hosts a retry avoids every endpoint that an earlier attempt had", async () => {
  const broken = await Promise.all([1, 2, 3].map(() => named("broken", 503)));
  await using good = await named("good");
  const ports = [...broken.map(({ port }) => port), good.port];
  await using orders = await planeOf(ports, {
    retry_on: "5xx",
    num_retries: 3,
    retry_host_predicate: PREVIOUS_HOSTS,
  });
  for (let i = 0; i < 8; i++) expect((await orders.asks()).text).toBe("good");
  await Promise.all(broken.map((one) => one[Symbol.asyncDispose]()));
});

test("a refused connection is retried elsewhere even for a POST: nothing was sent", async () => {
  await using good = await startUpstream((request, response) => request.pipe(response));
  const policy = { retry_on: "connect-failure", retry_host_predicate: PREVIOUS_HOSTS };
  await using orders = await planeOf([await freePort(), good.port], policy);
  for (let i = 0; i < 4; i++) {
    expect((await orders.asks({ method: "POST", body: "once" })).text).toBe("once");
  }
});

test("a streamed upload is sent again from its beginning", async () => {
  let asked = 0;
  const bodies: string[] = [];
  await using orders = await startUpstream((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      bodies.push(body);
      response.writeHead(asked++ === 0 ? 503 : 200).end();
    });
  });
  await using plane = await planeOf([orders.port], { retry_on: "5xx" });
  const body = new BodyPipe();
  const answer = plane.asks({ body });
  body.write(Buffer.from("a, "));
  body.write(Buffer.from("b"));
  body.end();
  expect((await answer).status).toBe(200);
  expect(bodies).toEqual(["a, b", "a, b"]);
});

test("a body over the replay buffer commits its attempt: the answer at hand is given", async () => {
  await using orders = await startUpstream((request, response) => {
    request.resume().on("end", () => response.writeHead(503).end());
  });
  await using plane = await planeOf([orders.port], { retry_on: "5xx", num_retries: 3 });
  const body = new BodyPipe();
  const answer = plane.asks({ body });
  body.write(Buffer.alloc(70_000));
  body.end();
  const { status, attempts } = await answer;
  expect([status, attempts]).toEqual([503, 1]);
});

describe("with per_try_timeout", () => {
  test("a slow attempt is given up for another, and the last one is 504", async () => {
    const clock = manualClock();
    await using orders = await askedUpstream();
    const retry_policy = { retry_on: "5xx", per_try_timeout: "0.1s", num_retries: 1 };
    await using plane = await staticPlane(
      {
        listeners: [outboundListener([ordersHost([routeTo("a", { retry_policy })])])],
        clusters: [staticCluster("a", [orders.port])],
      },
      { clock, random: () => 0 },
    );
    const call = callFor(clock);
    const answer = ask(plane, {}, { call });
    const first = await orders.next();
    const gone = new Promise((resolve) => first.request.once("close", resolve));
    await clock.advanceAsync(110);
    await gone;
    const second = await orders.next();
    expect(call.attempt).toBe(2);
    second.response.end("in time");
    expect((await answer).text).toBe("in time");

    const late = ask(plane, {}, { call: callFor(clock) });
    await orders.next();
    await clock.advanceAsync(110);
    await orders.next();
    await clock.advanceAsync(110);
    expect((await late).local).toMatchObject({
      flag: "UT",
      details: "upstream_per_try_timeout",
      execution: "in-doubt",
    });
  });
});

test("the route's timeout holds for all attempts together, back-off included", async () => {
  const clock = manualClock();
  await using broken = await askedUpstream();
  const retry_policy = { retry_on: "5xx", num_retries: 10, retry_back_off: { base_interval: "10s" } };
  await using plane = await staticPlane(
    {
      listeners: [outboundListener([ordersHost([routeTo("a", { timeout: "1s", retry_policy })])])],
      clusters: [staticCluster("a", [broken.port])],
    },
    { clock, random: () => 0.9 },
  );
  const answer = ask(plane, {}, { call: callFor(clock) });
  (await broken.next()).response.writeHead(503).end();
  await clock.advanceAsync(0);
  await new Promise((resolve) => setImmediate(resolve));
  let over = false;
  void answer.then(() => {
    over = true;
  });
  while (!over) await clock.advanceAsync(100);
  const { status, local } = await answer;
  expect([status, local?.details]).toEqual([504, "response_timeout"]);
  expect(clock.now()).toBeLessThan(2_000);
  expect(broken.asked).toBe(1);
});

describe("how many retries may be under way", () => {
  /** Calls that all fail at once, and what became of them. */
  async function storm(
    count: number,
    more: object,
  ): Promise<{ readonly retries: number; readonly overflows: number }> {
    await using broken = await named("sorry", 503);
    await using orders = await planeOf([broken.port], { retry_on: "5xx" }, more);
    await Promise.all(Array.from({ length: count }, () => orders.asks()));
    const { metrics, plane } = orders;
    expect(plane.cluster("a")?.thresholds.active("default")).toMatchObject({ requests: 0, retries: 0 });
    return {
      retries: metrics.value("cluster.a.upstream_rq_retry"),
      overflows: metrics.value("cluster.a.upstream_rq_retry_overflow"),
    };
  }

  test("none with max_retries 0, three at once by default", async () => {
    const none = { circuit_breakers: { thresholds: [{ max_retries: 0 }] } };
    expect(await storm(8, none)).toEqual({ retries: 0, overflows: 8 });
    const { retries, overflows } = await storm(8, {});
    expect(retries + overflows).toBe(8);
    expect(retries).toBeGreaterThanOrEqual(3);
  });

  test("a budget takes the place of max_retries", async () => {
    const retry_budget = { budget_percent: { value: 0 }, min_retry_concurrency: 0 };
    expect(
      await storm(8, { circuit_breakers: { thresholds: [{ max_retries: 100, retry_budget }] } }),
    ).toEqual({
      retries: 0,
      overflows: 8,
    });
    const all = { budget_percent: { value: 100 }, min_retry_concurrency: 8 };
    expect(
      await storm(8, { circuit_breakers: { thresholds: [{ max_retries: 0, retry_budget: all }] } }),
    ).toEqual({
      retries: 8,
      overflows: 0,
    });
  });
});

test("with jitter a retry waits for a part of its interval", async () => {
  const clock = manualClock();
  const random = seededRandom(7);
  await using broken = await askedUpstream();
  const retry_policy = { retry_on: "5xx", retry_back_off: { base_interval: "1s", max_interval: "1s" } };
  await using plane = await staticPlane(
    {
      listeners: [outboundListener([ordersHost([routeTo("a", { retry_policy })])])],
      clusters: [staticCluster("a", [broken.port])],
    },
    { clock, random },
  );
  const call = callFor(clock);
  const answer = ask(plane, {}, { call });
  (await broken.next()).response.writeHead(503).end();
  while (call.attempt < 2) await clock.advanceAsync(10);
  (await broken.next()).response.end("second");
  expect((await answer).text).toBe("second");
  expect(clock.now()).toBeGreaterThan(0);
  expect(clock.now()).toBeLessThanOrEqual(1_010);
});

test("further attempts say whether the one before took too long", async () => {
  const asked: unknown[] = [];
  await using slow = await startUpstream((request, response) => {
    asked.push(request.headers["x-envoy-is-timeout-retry"]);
    if (asked.length !== 2) response.writeHead(asked.length < 4 ? 503 : 200).end();
  });
  const policy = { retry_on: "5xx", num_retries: 3, per_try_timeout: "0.1s" };
  await using orders = await planeOf([slow.port], policy, {}, { include_is_timeout_retry_header: true });
  const { status } = await orders.asks();
  expect([status, asked]).toEqual([200, [undefined, "false", "true", "false"]]);
});

test("an answer tells how often it was tried, whoever gives it and whatever the upstream says", async () => {
  const host = { include_attempt_count_in_response: true };
  await using broken = await startUpstream((_, response) =>
    response.writeHead(503, { "x-envoy-attempt-count": "77" }).end(),
  );
  const policy = { retry_on: "5xx", num_retries: 1 };
  const of = async (ports: readonly number[]): Promise<unknown> => {
    await using orders = await planeOf(ports, policy, {}, host);
    const { status, headers } = await orders.asks();
    return [status, headers.get("x-envoy-attempt-count")];
  };
  expect(await of([broken.port])).toEqual([503, "2"]);
  expect(await of([await freePort()])).toEqual([503, "2"]);
  expect(await of([])).toEqual([503, "1"]);
});
