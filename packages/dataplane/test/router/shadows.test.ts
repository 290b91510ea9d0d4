import { BodyPipe } from "@dualmesh/core";
import { callFor, manualClock, recordingMetrics } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { ask } from "../ask.ts";
import { type AskedUpstream, askedUpstream } from "../asked-upstream.ts";
import {
  freePort,
  ordersHost,
  outboundListener,
  routeTo,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";

const TO_B = { request_mirror_policies: [{ cluster: "b" }] };

/** Two upstreams, of which the second gets copies. */
async function mirrored(
  action: object = TO_B,
  more: { host?: object; hcm?: object; clusters?: object[] } = {},
) {
  const clock = manualClock();
  const metrics = recordingMetrics();
  const a = await askedUpstream();
  const b = await askedUpstream();
  const plane = await staticPlane(
    {
      listeners: [outboundListener([ordersHost([routeTo("a", action)], more.host)], more.hcm)],
      clusters: more.clusters ?? [staticCluster("a", [a.port]), staticCluster("b", [b.port])],
    },
    { clock, metrics },
  );
  return {
    clock,
    metrics,
    a,
    b,
    plane,
    active: () => plane.cluster("b")?.thresholds.active("default").requests,
    async [Symbol.asyncDispose]() {
      await plane[Symbol.asyncDispose]();
      await a[Symbol.asyncDispose]();
      await b[Symbol.asyncDispose]();
    },
  };
}

async function bodyOf(upstream: AskedUpstream): Promise<string> {
  const { request, response } = await upstream.next();
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  response.end();
  return text;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isSo()).toBe(true);
}

test("a copy is the request as its upstream sees it, marked as the mesh's own", async () => {
  await using mesh = await mirrored(
    { ...TO_B, prefix_rewrite: "/new", host_rewrite_literal: "new.test:80", timeout: "3s" },
    { host: { include_request_attempt_count: true } },
  );
  const { clock, plane, a, b } = mesh;
  const answer = ask(plane, { headers: { "x-forwarded-for": "1.2.3.4" } }, { call: callFor(clock) });
  const [primary, copy] = [await a.next(), await b.next()];
  expect([copy.request.method, copy.request.url]).toEqual(["GET", "/new"]);
  expect([primary.request.headers.host, copy.request.headers.host]).toEqual([
    "new.test:80",
    "new.test-shadow:80",
  ]);
  expect(copy.request.headers).toMatchObject({
    "x-envoy-internal": "true",
    "x-envoy-expected-rq-timeout-ms": "3000",
    "x-envoy-attempt-count": "1",
    "x-forwarded-for": expect.stringMatching(/^1\.2\.3\.4,[\d.]+$/),
  });
  expect(primary.request.headers["x-envoy-internal"]).toBeUndefined();
  expect(primary.request.headers["x-forwarded-for"]).toBe("1.2.3.4");
  copy.response.writeHead(500, { "x-from": "copy" }).end("nobody reads this");
  primary.response.end("primary");
  expect(await answer).toMatchObject({ status: 200, text: "primary" });
  await until(() => mesh.active() === 0);
});

test("a body is sent to both while it comes, and again to neither", async () => {
  await using mesh = await mirrored({
    ...TO_B,
    retry_policy: { retry_on: "5xx", retry_back_off: { base_interval: "0.001s" } },
  });
  const { clock, plane, a, b } = mesh;
  const body = new BodyPipe();
  const answer = ask(plane, { body }, { call: callFor(clock) });
  const copied = bodyOf(b);
  body.write(Buffer.from("first, "));
  const first = await a.next();
  body.write(Buffer.from("second"));
  body.end();
  first.request.resume().once("end", () => first.response.writeHead(503).end());
  const retried = bodyOf(a);
  const stop = setInterval(() => void clock.advanceAsync(5), 5);
  expect(await copied).toBe("first, second");
  expect(await retried).toBe("first, second");
  expect((await answer).status).toBe(200);
  clearInterval(stop);
  expect([a.asked, b.asked]).toEqual([2, 1]);
});

test("a copy that hangs holds up nobody, and ends by the route's time-out", async () => {
  await using mesh = await mirrored({ ...TO_B, timeout: "1s" });
  const { clock, plane, a, b } = mesh;
  const answer = ask(plane, {}, { call: callFor(clock) });
  const copy = await b.next();
  (await a.next()).response.end("primary");
  expect((await answer).text).toBe("primary");
  expect(mesh.active()).toBe(1);
  const gone = new Promise((resolve) => copy.request.once("close", resolve));
  await clock.advanceAsync(1_010);
  await gone;
  expect(mesh.active()).toBe(0);
  expect(mesh.metrics.value("cluster.b.upstream_rq_timeout")).toBe(1);
});

test("a copy of a call without time-out lasts as long as the call, and a while", async () => {
  await using mesh = await mirrored({ ...TO_B, timeout: "0s" });
  const { clock, plane, a, b } = mesh;
  const answer = ask(plane, {}, { call: callFor(clock) });
  await b.next();
  const primary = await a.next();
  await clock.advanceAsync(3_600_000);
  expect(mesh.active()).toBe(1);
  primary.response.end();
  await answer;
  await clock.advanceAsync(14_000);
  expect(mesh.active()).toBe(1);
  await clock.advanceAsync(1_010);
  expect(mesh.active()).toBe(0);
});

test("a copy that cannot be sent is not missed", async () => {
  const port = await freePort();
  const a = await askedUpstream();
  await using plane = await staticPlane({
    listeners: [
      outboundListener([
        ordersHost([
          routeTo("a", {
            request_mirror_policies: [
              { cluster: "refuses" },
              { cluster: "empty" },
              { cluster_header: "x-nobody" },
              { cluster: "a", runtime_fraction: { default_value: { numerator: 0 } } },
            ],
          }),
        ]),
      ]),
    ],
    clusters: [staticCluster("a", [a.port]), staticCluster("refuses", [port]), staticCluster("empty", [])],
  });
  const answer = ask(plane);
  (await a.next()).response.end("primary");
  expect((await answer).text).toBe("primary");
  expect(a.asked).toBe(1);
  await a[Symbol.asyncDispose]();
});

test("a call that has no endpoint has no copy, one whose endpoint refuses has", async () => {
  const port = await freePort();
  const b = await askedUpstream();
  await using plane = await staticPlane({
    listeners: [
      outboundListener([
        ordersHost([
          { match: { prefix: "/refuses" }, route: { cluster: "refuses", ...TO_B } },
          routeTo("empty", TO_B),
        ]),
      ]),
    ],
    clusters: [staticCluster("refuses", [port]), staticCluster("empty", []), staticCluster("b", [b.port])],
  });
  expect((await ask(plane, { path: "/empty" })).status).toBe(503);
  expect((await ask(plane, { path: "/refuses" })).status).toBe(503);
  const { request, response } = await b.next();
  response.end();
  expect(request.url).toBe("/refuses");
  expect(b.asked).toBe(1);
  await b[Symbol.asyncDispose]();
});
