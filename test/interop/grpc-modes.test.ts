import { once } from "node:events";
import { createMesh, type Mesh } from "@dualmesh/sdk";
import { status } from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { InteropClient } from "./grpc-cases/interop-client.ts";
import { startTestServer } from "./grpc-cases/test-server.ts";
import { TEST_SERVICE } from "./grpc-cases/test-service.ts";
import { staticBootstrap } from "./stage/bootstrap.ts";
import { eventually } from "./stage/eventually.ts";
import { freePort } from "./stage/free-port.ts";
import { listener, overHttp2, routeConfiguration, staticCluster } from "./stage/resources.ts";
import { startDualmeshSidecar } from "./stage/sidecar-process.ts";
import { temporaryFolder } from "./stage/temporary-folder.ts";

const { emptyCall, fullDuplexCall } = TEST_SERVICE;

/** An application with a grpc-js client, a server that it calls, and a sidecar that a test starts and stops. */
async function openStage() {
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(await temporaryFolder());
  const server = parts.use(await startTestServer());
  const adminPort = await freePort();
  const routes = [{ match: { prefix: "/" }, route: { cluster: "server", timeout: "0s" } }];
  const bootstrap = await folder.write(
    "mesh.json",
    staticBootstrap({
      nodeId: "caller-1",
      adminPort,
      listeners: [
        listener("calls", "OUTBOUND", {
          route_config: routeConfiguration("calls", ["server.test:50051"], routes),
        }),
      ],
      clusters: [overHttp2(staticCluster("server", server.port))],
    }),
  );
  const mesh: Mesh = parts.use(
    await createMesh({
      bootstrap,
      mode: "auto",
      sidecar: { kind: "tcp", host: "127.0.0.1", port: adminPort },
    }),
  );
  const client = parts.use(
    new InteropClient("server.test:50051", (target, options) => mesh.channel(target, undefined, options)),
  );
  const owned = parts.move();
  return {
    mesh,
    client,
    startSidecar: async () =>
      owned.use(await startDualmeshSidecar({ bootstrap, adminPort }, "--no-control-socket")),
    isAt: (kind: Mesh["mode"]["sidecar"]["kind"]) => eventually(() => mesh.mode.sidecar.kind).toBe(kind),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A conversation that goes on until a test ends it. */
function converse(client: InteropClient) {
  const stream = client.duplex(fullDuplexCall);
  const ended = new Promise<{ readonly code: number }>((resolve) => {
    stream.on("status", resolve).on("error", () => {});
  });
  return {
    /** Says something, and hears the answer. */
    async say(size: number): Promise<number | undefined> {
      const heard = once(stream, "data") as Promise<[{ readonly payload?: { readonly body: Uint8Array } }]>;
      stream.write({ responseParameters: [{ size }] });
      const [answer] = await heard;
      return answer.payload?.body.length;
    },
    ended,
    async end(): Promise<number> {
      stream.end();
      return (await ended).code;
    },
  };
}

describe("an application whose way changes under its gRPC calls", () => {
  test("has each stream finish where it began, whatever comes and goes", async () => {
    await using stage = await openStage();
    const { client, mesh } = stage;
    const direct = converse(client);
    expect(await direct.say(11)).toBe(11);
    const sidecar = await stage.startSidecar();
    await stage.isAt("present");
    const proxied = converse(client);
    expect(await proxied.say(22)).toBe(22);
    expect(mesh.mode.calls).toEqual({ direct: 1, sidecar: 1 });
    const ended = sidecar.end();
    await expect.poll(() => mesh.mode.sidecar.kind).not.toBe("present");
    // It drains: what is under way is heard to its end, and what is new goes another way.
    expect([await proxied.say(33), await direct.say(44)]).toEqual([33, 44]);
    await client.unary(emptyCall, {});
    expect(mesh.mode.calls).toEqual({ direct: 2, sidecar: 1 });
    expect(await proxied.end()).toBe(status.OK);
    await ended;
    expect(await direct.say(55)).toBe(55);
    expect(await direct.end()).toBe(status.OK);
  });

  test("is told at once of a stream whose sidecar was killed, and all other calls go on", async () => {
    await using stage = await openStage();
    const { client, mesh } = stage;
    const sidecar = await stage.startSidecar();
    await stage.isAt("present");
    const proxied = converse(client);
    expect(await proxied.say(11)).toBe(11);
    await sidecar.kill();
    expect(await proxied.ended).toMatchObject({ code: status.UNAVAILABLE });
    for (let i = 0; i < 20; i++) await client.unary(emptyCall, {});
    expect(mesh.mode.calls.direct + mesh.mode.calls.sidecar).toBe(21);
  });

  test("loses no unary call while its sidecar is killed, started and stopped under load", async () => {
    await using stage = await openStage();
    const { client, mesh } = stage;
    const failures: { readonly code: number; readonly details: string }[] = [];
    let answered = 0;
    let isOver = false;
    const worker = async (): Promise<void> => {
      while (!isOver) {
        try {
          await client.unary(emptyCall, {});
          answered++;
        } catch (error) {
          failures.push(error as (typeof failures)[number]);
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const load = Promise.all([worker(), worker(), worker(), worker()]);
    const took = async (path: "direct" | "sidecar"): Promise<void> => {
      const before = mesh.mode.calls[path];
      await eventually(() => mesh.mode.calls[path] - before).toBeGreaterThan(50);
    };
    await took("direct");
    const first = await stage.startSidecar();
    await took("sidecar");
    await first.kill();
    await took("direct");
    const second = await stage.startSidecar();
    await took("sidecar");
    await second.end();
    await took("direct");
    isOver = true;
    await load;
    expect(answered).toBeGreaterThan(250);
    // gRPC's calls are POSTs: of those that a killed sidecar may have passed on, nobody can know, and they say so.
    const words = failures.map(({ code, details }) => `${code} ${details}`);
    expect(words.filter((text) => !text.startsWith(`${status.UNAVAILABLE} `))).toEqual([]);
    expect(failures.length).toBeLessThanOrEqual(4);
  });
});
