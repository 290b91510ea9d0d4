import { describe, expect, test } from "vitest";
import { describeWithPeers, GO_PEER, type Peer, PYTHON_PEER } from "./peers/find-peer.ts";
import { grpcBootstrap } from "./stage/bootstrap.ts";
import { startDialogue } from "./stage/dialogue.ts";
import { callEcho } from "./stage/echo.ts";
import { eventually } from "./stage/eventually.ts";
import { type FolderPlane, openFolderPlane } from "./stage/folder-plane.ts";
import { freePort } from "./stage/free-port.ts";
import { serverListener } from "./stage/grpc-resources.ts";
import { LDS } from "./stage/orders.ts";
import type { Json, Resources } from "./stage/resources.ts";

interface Stage extends AsyncDisposable {
  readonly folder: FolderPlane;
  /** Serves methods that begin so. */
  serve(prefix: string, filters?: readonly Json[]): Promise<void>;
  /** The server's answer to a call, or why there is none. */
  answer(): Promise<string>;
}

/** Our control plane, and a gRPC server that serves as its listener says. */
async function open(peer: Peer, prefix: string): Promise<Stage> {
  await using parts = new AsyncDisposableStack();
  const port = await freePort();
  const listening = (by: string, filters?: readonly Json[]): Resources => ({
    listeners: [serverListener(port, by, filters)],
  });
  const folder = parts.use(await openFolderPlane(listening(prefix)));
  const bootstrap = await folder.write("grpc.json", grpcBootstrap(folder.port, "server-1"));
  const env = { ...peer.env, GRPC_XDS_BOOTSTRAP: bootstrap };
  parts.use(startDialogue(peer.name, peer.command, [...peer.args, "server", `127.0.0.1:${port}`], env));
  const owned = parts.move();
  return {
    folder,
    serve: (by, filters) => folder.serve(listening(by, filters)),
    answer: () => callEcho(port),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

describeWithPeers("gRPC servers, configured by our control plane", () => {
  describe.each([GO_PEER, PYTHON_PEER])("$name", (peer) => {
    test("serves when its listener has come, and by the routes in it", async () => {
      await using stage = await open(peer, "/peer.Echo/");
      await eventually(() => stage.answer()).toBe(peer.name);
      await stage.serve("/other.Service/");
      await eventually(() => stage.answer()).toMatch(/UNAVAILABLE/);
      await stage.serve("/peer.Echo/");
      await eventually(() => stage.answer()).toBe(peer.name);
    });

    test("refuses a listener without a router: the reason is known, and the old one stays", async () => {
      await using stage = await open(peer, "/peer.Echo/");
      await eventually(() => stage.answer()).toBe(peer.name);
      await stage.serve("/other.Service/", []);
      const refusals = () => stage.folder.events.filter((event) => event.kind === "nack");
      await eventually(refusals).toMatchObject([
        { nodeId: "server-1", typeUrl: LDS, error: expect.stringMatching("filter") },
      ]);
      expect(await stage.answer()).toBe(peer.name);
    });

    test("outlives a control plane, and follows the next one", async () => {
      await using stage = await open(peer, "/peer.Echo/");
      await eventually(() => stage.answer()).toBe(peer.name);
      await stage.folder.stop();
      expect(await stage.answer()).toBe(peer.name);
      await stage.serve("/other.Service/");
      await stage.folder.start();
      await eventually(() => stage.answer()).toMatch(/UNAVAILABLE/);
    });
  });
});
