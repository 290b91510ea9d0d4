import type http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { createXdsClient, type ResourceState, type XdsClient, type XdsTarget } from "../src/index.ts";
import { createSnapshot, createXdsServer, type Listening, type XdsServer } from "../src/server/index.ts";
import { sampleTypes } from "./sample-types.ts";
import { cluster, endpoints, listener, route } from "./server-peer.ts";

const cleanups: (() => unknown)[] = [];

/** Has something undone at the end of the test. */
export function later(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/** For `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

/** A server with one of each, in which cluster and endpoints have this revision. */
export function engine(revision = 1): XdsServer {
  const server = createXdsServer({ group: () => "g", controlPlane: "test" });
  server.setSnapshot(
    "g",
    createSnapshot([cluster("a", revision), endpoints("a", revision), listener("l"), route("r", "a")]),
  );
  return server;
}

export async function listen(server: XdsServer, port = 0): Promise<Listening> {
  const listening = await server.listen({ host: "127.0.0.1", port });
  later(() => listening.close());
  return listening;
}

export async function listenHttp2(server: http2.Http2Server): Promise<number> {
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  later(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A client that comes back fast: these tests run in real time. */
export function connect(target: XdsTarget): XdsClient {
  const client = createXdsClient({ node: { id: "web-1" }, target, types: sampleTypes, random: () => 0 });
  later(() => client[Symbol.asyncDispose]());
  return client;
}

/** Waits until a resource is in a state that fits. */
export function until(
  client: XdsClient,
  typeUrl: string,
  name: string,
  fits: (state: ResourceState) => boolean,
): Promise<ResourceState> {
  return new Promise((resolve) => {
    let done = false;
    const watch = client.watch(typeUrl, name, (state) => {
      if (done || !fits(state)) return;
      done = true;
      resolve(state);
      queueMicrotask(() => watch[Symbol.dispose]());
    });
  });
}

/** Whether a cluster or its endpoints are there, in this revision. */
export function has(revision: number): (state: ResourceState) => boolean {
  return (state) =>
    state.kind === "present" && (state.value as { readonly revision: number }).revision === revision;
}

/** Whether the client has said why it waits. */
export function waitsWithReason(state: ResourceState): boolean {
  return state.kind === "waiting" && state.reason !== undefined;
}
