import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { GrpcWebDecoder, GrpcWebEncoder } from "@dualmesh/codecs/grpc-web";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBoltClient } from "../src/bolt-client.ts";
import { createGateway } from "../src/gateway.ts";
import { createJavaService } from "../src/java-service.ts";

let url = "";
const closing: { close(): void }[] = [];

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(server);
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  const client = createBoltClient(await listen(createJavaService()));
  closing.push(client);
  url = `http://127.0.0.1:${await listen(createGateway(client))}`;
});
afterAll(() => {
  for (const each of closing) each.close();
});

const json = (body: unknown) => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "content-type": "application/json" },
});

test("a GET is a call", async () => {
  const response = await fetch(`${url}/v1/greet/world?times=2`);
  expect(await response.json()).toMatchObject({ text: "hello world, hello world", number: "1" });
});

test("an exception of Java is a status of HTTP", async () => {
  const response = await fetch(`${url}/com.example.Greeter/greet`, json({ name: "world", times: 4 }));
  expect([response.status, response.headers.get("dualmesh-java-exception")]).toEqual([
    500,
    "com.example.TooMuchException",
  ]);
});

test("what is no argument is refused before Java hears of it", async () => {
  const response = await fetch(`${url}/com.example.Greeter/greet`, json({ nme: "world" }));
  expect([response.status, await response.json()]).toEqual([
    400,
    { code: 3, message: 'json: greet has no argument "nme"', details: [] },
  ]);
});

test("a service that is late is 504, one that is gone 503", async () => {
  const mute = createServer();
  const client = createBoltClient(await listen(mute));
  closing.push(client);
  const gateway = `http://127.0.0.1:${await listen(createGateway(client))}`;
  const headers = { "content-type": "application/json", "grpc-timeout": "20m" };
  const ask = () => fetch(`${gateway}/com.example.Greeter/greet`, { method: "POST", body: "[]", headers });
  expect((await ask()).status).toBe(504);
  client.close();
  expect((await ask()).status).toBe(503);
});

test("a body that is too long is refused", async () => {
  const response = await fetch(`${url}/com.example.Greeter/greet`, json(["x".repeat(1_048_600)]));
  expect(response.status).toBe(413);
});

test("a browser calls with gRPC-Web", async () => {
  const encoder = new GrpcWebEncoder("text");
  const message = Buffer.from([0x0a, 0x02, 0x68, 0x69, 0x10, 0x01]); // { 1: "hi", 2: 1 }
  const body = Buffer.concat([encoder.message(message), encoder.end()]);
  const headers = { "content-type": "application/grpc-web-text" };
  const response = await fetch(`${url}/com.example.Greeter/greet`, { method: "POST", headers, body });
  const found: string[] = [];
  const decoder = new GrpcWebDecoder(
    {
      message: (bytes) => found.push(bytes.toString("latin1").includes("hello hi") ? "greeted" : "?"),
      trailers: (trailers) => found.push(`status ${trailers.get("grpc-status")}`),
    },
    { mode: "text" },
  );
  decoder.feed(Buffer.from(await response.arrayBuffer()));
  decoder.end();
  expect(found).toEqual(["greeted", "status 0"]);
});
