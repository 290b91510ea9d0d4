import { once } from "node:events";
import * as grpc from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createGate } from "../../src/gate.ts";
import type { GrpcChannel } from "../../src/grpc/channel-contract.ts";
import { ChosenChannel, type GrpcMesh } from "../../src/grpc/chosen-channel.ts";
import { ask, type EchoClient, echoClient, ended } from "./echo-client.ts";
import { type EchoServer, startEcho } from "./echo-service.ts";
import { echoBootstrap, type GrpcMesh as OpenMesh, openGrpcMesh } from "./grpc-mesh.ts";

const parts = new AsyncDisposableStack();
/** Whom the mesh leads to, and whom grpc-js's own channel reaches. */
let [meshed, own]: EchoServer[] = [];
let mesh: OpenMesh;

const NAMED = (name: string) => ({
  Unary: (_call: unknown, callback: grpc.sendUnaryData<string>) => callback(null, name),
});

beforeAll(async () => {
  meshed = parts.use(await startEcho(NAMED("meshed")));
  own = parts.use(await startEcho(NAMED("own")));
  mesh = parts.use(await openGrpcMesh(echoBootstrap([meshed.port])));
});
afterAll(() => parts.disposeAsync());

/** A client of an application that was started before its mesh; a test opens it, or lets it fail. */
function early(target: string, options: grpc.ChannelOptions = {}) {
  const opening = Promise.withResolvers<GrpcMesh>();
  const gate = createGate(() => opening.promise);
  const credentials = grpc.credentials.createInsecure();
  const channel = new ChosenChannel({
    target,
    credentials,
    options,
    gate,
    createOwn: () => new grpc.Channel(`127.0.0.1:${own?.port}`, credentials, {}) as unknown as GrpcChannel,
  });
  const client: EchoClient = echoClient(target, { channelOverride: channel });
  return { client, open: () => opening.resolve(mesh.mesh), fail: (error: Error) => opening.reject(error) };
}

test.each([
  ["a name that the mesh claims", "echo:50051", "meshed"],
  ["any other", "elsewhere:50051", "own"],
])("calls for %s wait for the mesh, and go its way or their own", async (_, target, answer) => {
  const { client, open } = early(target);
  const unary = ask(client, "who");
  const stream = client.Chat();
  stream.write("one");
  const heard = once(stream, "data");
  open();
  expect(await unary).toMatchObject({ code: 0, messages: [answer] });
  expect(await heard).toEqual(["re: one"]);
  const end = ended(stream);
  stream.end();
  expect(await end).toMatchObject({ code: 0 });
  client.close();
});

test("a call that waits is cancelled at once", async () => {
  const { client } = early("echo:50051");
  const cancelled = await ask(client, "who", { made: (call) => call.cancel() });
  expect(cancelled).toMatchObject({ code: grpc.status.CANCELLED, details: "Cancelled on client" });
});

test("a call that waits has its deadline", async () => {
  const { client } = early("echo:50051");
  const late = await ask(client, "who", { options: { deadline: Date.now() + 50 } });
  expect(late).toMatchObject({
    code: grpc.status.DEADLINE_EXCEEDED,
    details: "Deadline exceeded, waiting for the mesh",
  });
});

test("where the mesh cannot be opened, each call says why", async () => {
  const { client, fail } = early("echo:50051");
  const asked = ask(client, "who");
  fail(new Error("no bootstrap"));
  expect(await asked).toMatchObject({ code: grpc.status.UNAVAILABLE, details: "no bootstrap" });
  expect(await ask(client, "who")).toMatchObject({ code: grpc.status.UNAVAILABLE, details: "no bootstrap" });
});

test("a channel that is closed before the mesh is open fails what waits, and takes nothing more", async () => {
  const { client, open } = early("echo:50051");
  const asked = ask(client, "who");
  client.close();
  open();
  expect(await asked).toMatchObject({ code: grpc.status.UNAVAILABLE, details: "Channel has been shut down" });
  expect(() => client.Chat()).toThrow("Channel has been shut down");
});

test("whoever waits for readiness waits for the mesh first", async () => {
  const { client, open } = early("echo:50051");
  const channel = client.getChannel();
  expect(channel.getConnectivityState(false)).toBe(grpc.connectivityState.IDLE);
  const ready = new Promise((resolve) => client.waitForReady(Date.now() + 8_000, resolve));
  await expect.poll(() => channel.getConnectivityState(false)).toBe(grpc.connectivityState.CONNECTING);
  await new Promise((resolve) => client.waitForReady(Date.now() + 50, resolve)).then((error) =>
    expect(error).toMatchObject({ message: "Failed to connect before the deadline" }),
  );
  open();
  expect(await ready).toBeUndefined();
  expect(channel.getConnectivityState(false)).toBe(grpc.connectivityState.READY);
  client.close();
});

test("an option that grpc-js takes, and the mesh's own channel would refuse, throws nothing into the application", async () => {
  const { client, open } = early("echo:50051", { "grpc.keepalive_time_ms": "20000" as never });
  open();
  expect(await ask(client, "who")).toMatchObject({ code: 0, messages: ["meshed"] });
  client.close();
});
