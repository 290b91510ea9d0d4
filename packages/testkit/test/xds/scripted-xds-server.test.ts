import { packAny, TYPE_URL, unpackAnyAs } from "@dualmesh/envoy-api";
import { expect, onTestFinished, test } from "vitest";
import { type ScriptedXdsServer, scriptedXdsServer } from "../../src/xds/index.ts";
import { type AdsClient, openAds } from "./ads-client.ts";

const CLUSTER = TYPE_URL.CDS;

async function start(): Promise<ScriptedXdsServer> {
  const server = await scriptedXdsServer();
  onTestFinished(() => server.close());
  return server;
}

function dial(server: ScriptedXdsServer): AdsClient {
  const client = openAds(server.target);
  onTestFinished(() => client.close());
  return client;
}

test("a test plays the server by hand: request, response, ACK", async () => {
  const server = await start();
  const client = dial(server);
  client.send({ type_url: CLUSTER, node: { id: "orders-1" } });

  const stream = await server.nextStream();
  const asked = await stream.nextRequest();
  expect(asked.type_url).toBe(CLUSTER);
  expect(asked.node?.id).toBe("orders-1");
  expect(stream.header("x-token")).toBe("secret");
  expect(stream.header("x-absent")).toBeUndefined();

  const cluster = packAny("envoy.config.cluster.v3.Cluster", { name: "orders" });
  const nonce = stream.respond({ typeUrl: CLUSTER, version: "7", resources: [cluster] });
  const got = await client.receive();
  expect(got).toMatchObject({ type_url: CLUSTER, version_info: "7", nonce });
  expect(got.resources.map((any) => unpackAnyAs("envoy.config.cluster.v3.Cluster", any).name)).toEqual([
    "orders",
  ]);

  client.send({ type_url: CLUSTER, version_info: "7", response_nonce: nonce });
  expect(await stream.nextRequest()).toMatchObject({ version_info: "7", response_nonce: nonce });
  expect(stream.waiting).toBe(0);
});

test("nonces count the responses of a stream, unless the test says one", async () => {
  const server = await start();
  dial(server).send({ type_url: CLUSTER });
  const stream = await server.nextStream();
  expect(stream.respond({ typeUrl: CLUSTER, version: "1" })).toBe("1");
  expect(stream.respond({ typeUrl: CLUSTER, version: "1", nonce: "mine" })).toBe("mine");
  expect(stream.respond({ typeUrl: CLUSTER, version: "1" })).toBe("3");
});

test("bytes that are no response reach the client as they are", async () => {
  const server = await start();
  const client = dial(server);
  client.send({ type_url: CLUSTER });
  (await server.nextStream()).respondRaw(Buffer.from([0xff]));
  await expect(client.receive()).rejects.toThrow("DiscoveryResponse");
});

test("a stream ends with the status that the test says", async () => {
  const server = await start();
  const first = dial(server);
  first.send({ type_url: CLUSTER });
  (await server.nextStream()).end("UNAVAILABLE", "shutting down");
  expect(await first.status).toMatchObject({ code: 14, details: "shutting down" });

  const second = dial(server);
  second.send({ type_url: CLUSTER });
  (await server.nextStream()).end();
  expect(await second.status).toMatchObject({ code: 0 });
  expect(server.streams).toBe(2);
});

test("a client that goes away is noticed, and no request is waited for in vain", async () => {
  const server = await start();
  const client = dial(server);
  client.send({ type_url: CLUSTER });
  const stream = await server.nextStream();
  await stream.nextRequest();
  client.close();
  await stream.closed;
  await expect(stream.nextRequest()).rejects.toThrow("the stream is closed, no request will come");
});

test("a server that is closed breaks its streams, and another one can take its place", async () => {
  const server = await start();
  const client = dial(server);
  client.send({ type_url: CLUSTER });
  await server.nextStream();
  await server.close();
  expect(await client.status).not.toMatchObject({ code: 0 });
  await expect(server.nextStream()).rejects.toThrow("it is closed, no stream will come");

  const next = await scriptedXdsServer({ port: server.port });
  onTestFinished(() => next.close());
  dial(next).send({ type_url: CLUSTER });
  expect((await (await next.nextStream()).nextRequest()).type_url).toBe(CLUSTER);
});
