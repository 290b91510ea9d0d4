import {
  type Client,
  credentials,
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
} from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { h2Mesh } from "./h2-mesh.ts";

const BYTES = {
  requestSerialize: (value: Buffer) => value,
  requestDeserialize: (bytes: Buffer) => bytes,
  responseSerialize: (value: Buffer) => value,
  responseDeserialize: (bytes: Buffer) => bytes,
};

/** All four kinds of call, and one that never answers; messages are plain bytes. */
const SERVICE = {
  unary: { path: "/test.Echo/Unary", requestStream: false, responseStream: false, ...BYTES },
  collect: { path: "/test.Echo/Collect", requestStream: true, responseStream: false, ...BYTES },
  split: { path: "/test.Echo/Split", requestStream: false, responseStream: true, ...BYTES },
  chat: { path: "/test.Echo/Chat", requestStream: true, responseStream: true, ...BYTES },
  never: { path: "/test.Echo/Never", requestStream: false, responseStream: false, ...BYTES },
} satisfies ServiceDefinition;

// biome-ignore lint/suspicious/noExplicitAny: the methods of a generic client are made at run time.
type EchoClient = Client & Record<string, any>;

async function echoMesh() {
  const server = new Server();
  const cancelled = Promise.withResolvers<void>();
  const unary: handleUnaryCall<Buffer, Buffer> = (call, done) => {
    const trailers = new Metadata();
    trailers.set("x-trailer", "last");
    const asked = call.metadata.get("x-asked")[0];
    if (asked !== undefined) {
      const initial = new Metadata();
      initial.set("x-asked", asked);
      call.sendMetadata(initial);
    }
    if (call.request.toString() === "fail")
      done({ code: status.NOT_FOUND, details: "nicht da: ü", metadata: trailers });
    else done(null, call.request, trailers);
  };
  const collect: handleClientStreamingCall<Buffer, Buffer> = (call, done) => {
    const parts: Buffer[] = [];
    call.on("data", (part: Buffer) => parts.push(part));
    call.on("end", () => done(null, Buffer.concat(parts)));
  };
  const split: handleServerStreamingCall<Buffer, Buffer> = (call) => {
    for (const byte of call.request) call.write(Buffer.of(byte));
    call.end();
  };
  const chat: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
    call.on("data", (part: Buffer) => call.write(part));
    call.on("end", () => call.end());
  };
  const never: handleUnaryCall<Buffer, Buffer> = (call) =>
    void call.on("cancelled", () => cancelled.resolve());
  server.addService(SERVICE, { unary, collect, split, chat, never });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  const mesh = await h2Mesh([port]);
  const Echo = makeGenericClientConstructor(SERVICE, "Echo");
  const client = new Echo(`127.0.0.1:${mesh.edge.port}`, credentials.createInsecure(), {
    "grpc.default_authority": "orders.test",
  }) as unknown as EchoClient;
  return {
    mesh,
    client,
    cancelled: cancelled.promise,
    unary: (request: string | Buffer, metadata = new Metadata(), options: object = {}) =>
      new Promise<Buffer>((resolve, reject) =>
        client["unary"](
          Buffer.from(request as string),
          metadata,
          options,
          (error: Error | null, answer: Buffer) => (error === null ? resolve(answer) : reject(error)),
        ),
      ),
    async [Symbol.asyncDispose]() {
      client.close();
      await mesh[Symbol.asyncDispose]();
      server.forceShutdown();
    },
  };
}

test("a gRPC call carries its message, its metadata in both directions, and its status", async () => {
  await using echo = await echoMesh();
  const metadata = new Metadata();
  metadata.set("x-asked", "yes");
  let initial: unknown;
  let trailers: unknown;
  const answer = await new Promise((resolve, reject) => {
    const call = echo.client["unary"](Buffer.from("hello"), metadata, (error: Error | null, got: Buffer) =>
      error === null ? resolve(got.toString()) : reject(error),
    );
    call.on("metadata", (got: Metadata) => {
      initial = got.get("x-asked")[0];
    });
    call.on("status", (got: { metadata: Metadata }) => {
      trailers = got.metadata.get("x-trailer")[0];
    });
  });
  expect([answer, initial]).toEqual(["hello", "yes"]);
  await expect.poll(() => trailers).toBe("last");
  await expect(echo.unary("fail")).rejects.toMatchObject({ code: status.NOT_FOUND, details: "nicht da: ü" });
});

test("a message of 3 MB comes back whole, and so does an empty one", async () => {
  await using echo = await echoMesh();
  const large = Buffer.alloc(3 * 1024 * 1024, "abc");
  expect((await echo.unary(large)).equals(large)).toBe(true);
  expect((await echo.unary("")).length).toBe(0);
});

test("streams flow from the client, from the server, and both ways at once", async () => {
  await using echo = await echoMesh();
  const collected = new Promise((resolve, reject) => {
    const call = echo.client["collect"]((error: Error | null, got: Buffer) =>
      error === null ? resolve(got.toString()) : reject(error),
    );
    for (const part of ["a", "b", "c"]) call.write(Buffer.from(part));
    call.end();
  });
  expect(await collected).toBe("abc");
  const parts: string[] = [];
  for await (const part of echo.client["split"](Buffer.from("xyz"))) parts.push(String(part));
  expect(parts).toEqual(["x", "y", "z"]);
  const chat = echo.client["chat"]();
  const heard: string[] = [];
  const over = new Promise<void>((resolve) => chat.on("end", resolve));
  const say = (text: string) =>
    new Promise<void>((resolve) => {
      chat.once("data", (part: Buffer) => {
        heard.push(part.toString());
        resolve();
      });
      chat.write(Buffer.from(text));
    });
  await say("one");
  await say("two");
  chat.end();
  await over;
  expect(heard).toEqual(["one", "two"]);
});

test("a deadline and a cancellation reach the server, and free what the call held", async () => {
  await using echo = await echoMesh();
  const late = new Promise((resolve) =>
    echo.client["never"](
      Buffer.alloc(0),
      new Metadata(),
      { deadline: Date.now() + 100 },
      (error: { code: number }) => resolve(error.code),
    ),
  );
  expect(await late).toBe(status.DEADLINE_EXCEEDED);
  await echo.cancelled;
  await expect.poll(() => echo.mesh.edge.http.active).toBe(0);
  expect(echo.mesh.plane.cluster("a")?.thresholds.active("default").requests).toBe(0);
});

test("what nobody serves is UNIMPLEMENTED, by the server; what no route claims, by the mesh", async () => {
  await using echo = await echoMesh();
  const call = (path: string, authority?: string) =>
    new Promise<{ code: number; details: string }>((resolve) => {
      const client = new (makeGenericClientConstructor(
        { method: { path, requestStream: false, responseStream: false, ...BYTES } },
        "Any",
      ))(`127.0.0.1:${echo.mesh.edge.port}`, credentials.createInsecure(), {
        "grpc.default_authority": authority ?? "orders.test",
      }) as unknown as EchoClient;
      client["method"](Buffer.alloc(0), (error: { code: number; details: string }) => {
        client.close();
        resolve(error);
      });
    });
  expect((await call("/test.Echo/Other")).code).toBe(status.UNIMPLEMENTED);
  expect(await call("/test.Echo/Unary", "nobody.test")).toMatchObject({ code: status.UNIMPLEMENTED });
});
