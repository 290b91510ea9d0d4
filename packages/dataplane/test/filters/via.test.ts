import { expect, test } from "vitest";
import { ask } from "../ask.ts";
import {
  ordersHost,
  outboundListener,
  routeTo,
  startUpstream,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";

test("a connection manager signs requests and responses, behind those who signed before", async () => {
  await using upstream = await startUpstream((request, response) => {
    response.setHeader("via", "1.1 up").end(request.headers.via);
  });
  await using plane = await staticPlane({
    listeners: [outboundListener([ordersHost([routeTo("orders")])], { via: "mesh" })],
    clusters: [staticCluster("orders", [upstream.port])],
  });
  const alone = await ask(plane);
  expect([alone.text, alone.headers.get("via")]).toEqual(["mesh", "1.1 up, mesh"]);
  const behind = await ask(plane, { headers: { via: "1.1 before" } });
  expect(behind.text).toBe("1.1 before, mesh");
});

test("it signs what it answers by itself, too", async () => {
  await using plane = await staticPlane({
    listeners: [outboundListener([ordersHost([])], { via: "mesh", normalize_path: true })],
  });
  for (const path of ["/nobody", "/#"]) expect((await ask(plane, { path })).headers.get("via")).toBe("mesh");
});

test("without a name nobody signs", async () => {
  await using plane = await staticPlane({ listeners: [outboundListener([ordersHost([])])] });
  expect((await ask(plane)).headers.has("via")).toBe(false);
});
