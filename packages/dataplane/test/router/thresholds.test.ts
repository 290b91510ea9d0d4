import { recordingMetrics } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { ask } from "../ask.ts";
import { askedUpstream } from "../asked-upstream.ts";
import { ordersHost, outboundListener, routeTo, staticCluster, staticPlane } from "../static-plane.ts";

test("one request too many is refused at once, each priority by its own count, and a place is free again at the end", async () => {
  await using orders = await askedUpstream();
  const metrics = recordingMetrics();
  await using plane = await staticPlane(
    {
      listeners: [
        outboundListener([
          ordersHost([
            { match: { prefix: "/high" }, route: { cluster: "a", priority: "HIGH" } },
            routeTo("a"),
          ]),
        ]),
      ],
      clusters: [
        staticCluster("a", [orders.port], {
          circuit_breakers: { thresholds: [{ max_requests: 1 }, { priority: "HIGH", max_requests: 1 }] },
        }),
      ],
    },
    { metrics },
  );
  const first = ask(plane);
  const { response } = await orders.next();
  const { status, text, headers, local } = await ask(plane);
  expect([status, text]).toEqual([
    503,
    "upstream connect error or disconnect/reset before headers. reset reason: overflow",
  ]);
  expect(headers.get("x-envoy-overloaded")).toBe("true");
  expect(local).toMatchObject({ flag: "UO", execution: "not-executed" });
  expect(metrics.value("cluster.a.upstream_rq_pending_overflow")).toBe(1);

  const high = ask(plane, { path: "/high" });
  (await orders.next()).response.end("high");
  expect((await high).text).toBe("high");

  response.end("first");
  expect((await first).text).toBe("first");
  const next = ask(plane);
  (await orders.next()).response.end("next");
  expect((await next).text).toBe("next");
  expect(metrics.value("cluster.a.upstream_rq_total")).toBe(3);
  expect(metrics.value("cluster.a.upstream_rq_active")).toBe(0);
  expect(metrics.value("cluster.a.upstream_rq_2xx")).toBe(3);
});
