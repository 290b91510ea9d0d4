import { expect, test } from "vitest";
import { createMesh } from "../src/index.ts";
import { askingBootstrap, openControlPlane } from "./control-plane.ts";
import { startServer } from "./server.ts";

test("a mesh opens when the control plane has named its listeners, and not with those of the file alone", async () => {
  await using parts = new AsyncDisposableStack();
  const controlPlane = await openControlPlane(parts);
  let isOpen = false;
  const opening = createMesh({ bootstrap: { text: askingBootstrap(controlPlane.socket) }, mode: "direct" });
  void opening.then(() => {
    isOpen = true;
  });
  await controlPlane.connected;
  expect(isOpen).toBe(false);

  controlPlane.nameOutbound();
  await using mesh = await opening;
  expect(mesh.claims("orders")).toBe(true);
  expect([...mesh.dataPlane.listeners.keys()].sort()).toEqual(["inbound", "outbound"]);
});

test("a server whose requests are held is published before the configuration is complete", async () => {
  await using parts = new AsyncDisposableStack();
  const controlPlane = await openControlPlane(parts);
  const published = Promise.withResolvers<string>();
  await using registry = await startServer((incoming, outgoing) => {
    incoming.setEncoding("utf8").once("data", (text: string) => published.resolve(`${incoming.url} ${text}`));
    outgoing.end("{}");
  });
  await using app = await startServer(() => {});
  const opening = createMesh({
    bootstrap: { text: askingBootstrap(controlPlane.socket) },
    mode: "direct",
    registry: { kind: "tcp", host: "127.0.0.1", port: registry.port },
    heldServers: [app.server],
  });
  expect(await published.promise).toContain(
    `/workloads/web/web-1 {"addresses":[{"address":"127.0.0.1","port":${app.port},`,
  );

  controlPlane.nameOutbound();
  await using _mesh = await opening;
});
