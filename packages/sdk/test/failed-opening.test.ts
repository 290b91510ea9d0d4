import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { manualClock } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { createMesh } from "../src/index.ts";
import { ordersBootstrap } from "./bootstrap.ts";
import { askingBootstrap, openControlPlane } from "./control-plane.ts";
import { startServer } from "./server.ts";

/** What a sidecar of node `web-1` says of itself. */
const SIDECAR: Readonly<Record<string, object>> = {
  "/server_info": { version: "1", state: "LIVE", node: { id: "web-1" } },
  "/listeners?format=json": { listener_statuses: [] },
};

test("a mesh whose configuration does not come in time leaves nothing open, and can be opened again", async () => {
  await using parts = new AsyncDisposableStack();
  const controlPlane = await openControlPlane(parts);
  const published: string[] = [];
  await using registry = await startServer((incoming, outgoing) => {
    published.push(incoming.method ?? "");
    incoming.resume();
    outgoing.end("{}");
  });
  await using sidecar = await startServer((incoming, outgoing) =>
    outgoing.end(JSON.stringify(SIDECAR[incoming.url ?? ""])),
  );
  await using app = await startServer(() => {});
  const observers = app.server.listenerCount("close");
  const options = {
    bootstrap: { text: askingBootstrap(controlPlane.socket) },
    registry: { kind: "tcp", host: "127.0.0.1", port: registry.port },
    sidecar: { kind: "tcp", host: "127.0.0.1", port: sidecar.port },
    heldServers: [app.server],
  } as const;

  const clock = manualClock();
  const opening = createMesh({ ...options, clock, readyTimeoutMs: 1_000 });
  opening.catch(() => {});
  await controlPlane.connected;
  await expect.poll(() => published).toContain("PUT");
  const connections = (): Promise<number> =>
    new Promise((resolve) => sidecar.server.getConnections((_, count) => resolve(count)));
  await expect.poll(connections).toBe(1);
  clock.advance(1_000);
  await expect(opening).rejects.toThrow("mesh: no complete configuration came within 1000 ms");
  expect(published.at(-1)).toBe("DELETE");
  await expect.poll(connections).toBe(0);
  await expect.poll(() => controlPlane.server.nodes()).toEqual([]);
  expect(app.server.listenerCount("close")).toBe(observers);
  expect(clock.pendingTimers).toBe(0);

  controlPlane.nameOutbound();
  await using mesh = await createMesh(options);
  expect(mesh.claims("orders")).toBe(true);
});

test.each([
  [{ mode: "sidercar" as never }, 'mesh: mode: expected direct, sidecar or auto, got "sidercar"'],
  [{ onSidecarLoss: "hope" as never }, 'mesh: onSidecarLoss: expected direct or fail, got "hope"'],
])("%j is refused before anything is opened", async (wrong, problem) => {
  const clock = manualClock();
  const opening = createMesh({ bootstrap: { text: ordersBootstrap(1) }, clock, ...wrong });
  await expect(opening).rejects.toMatchObject({ code: "INVALID_ARGUMENT", rawMessage: problem });
  expect(clock.pendingTimers).toBe(0);
});

test("a process whose mesh could not be opened ends by itself", async () => {
  const bootstrap = askingBootstrap("/nowhere/ads.sock");
  const script = `
    import { createMesh } from "@dualmesh/sdk";
    await createMesh({ bootstrap: { text: ${JSON.stringify(bootstrap)} }, readyTimeoutMs: 20 }).catch(
      ({ code }) => console.log(code),
    );`;
  const args = ["--conditions=@dualmesh/source", "--input-type=module", "-e", script];
  const child = spawn(process.execPath, args, {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  expect({ said, code }).toEqual({ said: "UNAVAILABLE\n", code: 0 });
});
