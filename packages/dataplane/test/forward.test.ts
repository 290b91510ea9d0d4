import { createCall, readBody } from "@dualmesh/core";
import { textRequest } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { outboundListener, startUpstream, staticCluster, staticPlane } from "./static-plane.ts";

test("a call goes to the cluster of its route, and its answer comes back", async () => {
  await using orders = await startUpstream((request, response) => response.end(`orders: ${request.url}`));
  await using plane = await staticPlane({
    listeners: [
      outboundListener([
        {
          name: "orders",
          domains: ["orders"],
          routes: [{ match: { prefix: "/" }, route: { cluster: "orders" } }],
        },
      ]),
    ],
    clusters: [staticCluster("orders", [orders.port])],
  });
  const send = plane.listeners.get("outbound")?.service(0);
  const response = await send?.(textRequest({ authority: "orders", path: "/today" }), createCall());
  expect(response?.head.status).toBe(200);
  expect(Buffer.from((await readBody(response?.body ?? { kind: "none" })).bytes).toString()).toBe(
    "orders: /today",
  );
});
