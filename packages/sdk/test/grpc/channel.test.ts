import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import * as grpc from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, type EchoClient, echoClient, ended, readAll } from "./echo-client.ts";
import { type EchoServer, startEcho } from "./echo-service.ts";
import { echoBootstrap, type GrpcMesh, openGrpcMesh } from "./grpc-mesh.ts";

const parts = new AsyncDisposableStack();
let server: EchoServer;
let mesh: GrpcMesh;

beforeAll(async () => {
  server = parts.use(await startEcho());
  mesh = parts.use(await openGrpcMesh(echoBootstrap([server.port])));
});
afterAll(() => parts.disposeAsync());

/** Whoever is right about what a client sees. */
const OWN = "grpc-js's own channel";

describe.each([OWN, "a channel of the mesh"])("with %s", (kind) => {
  const client = (options: grpc.ClientOptions = {}): EchoClient =>
    kind === OWN ? echoClient(`127.0.0.1:${server.port}`, options) : mesh.client(options);

  test("a unary call is answered", async () => {
    expect(await ask(client(), "hello")).toMatchObject({ messages: ["hello"], code: 0 });
  });

  test("metadata goes both ways, in head and trailers, binary too", async () => {
    const metadata = new grpc.Metadata();
    metadata.set("x-text", "plain");
    metadata.add("x-many", "a");
    metadata.add("x-many", "b");
    metadata.set("x-data-bin", Buffer.from([0, 255, 10]));
    const { head, trailers } = await ask(client(), "hello", { metadata });
    const expected = { "x-text": "plain", "x-many": "a, b", "x-data-bin": Buffer.from([0, 255, 10]) };
    expect(head).toMatchObject(expected);
    expect(trailers).toMatchObject(expected);
    expect(Object.keys(trailers)).not.toContain("grpc-status");
    expect(Object.keys(head)).not.toContain("grpc-accept-encoding");
  });

  test("a failure has its code, its sentence and its metadata", async () => {
    const metadata = new grpc.Metadata();
    metadata.set("x-why", "because");
    const failed = await ask(client(), "fail 5", { metadata });
    expect(failed).toMatchObject({
      messages: [],
      code: 5,
      details: "as asked ☺",
      trailers: { "x-why": "because" },
    });
  });

  test("a method that nobody has is UNIMPLEMENTED", async () => {
    expect(await ask(client(), "hello", { method: "Missing" })).toMatchObject({
      code: grpc.status.UNIMPLEMENTED,
    });
  });

  test("many messages make one answer", async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const call = client().Collect(new grpc.Metadata(), {}, (error, value) =>
        error === null ? resolve(value as string) : reject(error),
      );
      for (const word of ["a", "b", "c"]) call.write(word);
      call.end();
    });
    expect(answer).toBe("a b c");
  });

  test("a client stream without a message is answered", async () => {
    const answer = await new Promise((resolve) => {
      client()
        .Collect(new grpc.Metadata(), {}, (_error, value) => resolve(value))
        .end();
    });
    expect(answer).toBe("");
  });

  test("one message makes many answers, as fast as they are read", async () => {
    const messages = await readAll(client().Expand("5000"));
    expect(messages).toEqual(Array.from({ length: 5_000 }, (_, i) => String(i)));
  });

  test("a status behind messages comes behind them", async () => {
    const call = client().Expand("3 9");
    const messages: string[] = [];
    call.on("data", (message: string) => messages.push(message));
    expect(await ended(call)).toMatchObject({ code: 9, details: "as asked" });
    expect(messages).toEqual(["0", "1", "2"]);
  });

  test("a conversation goes to and fro on one stream", async () => {
    const call = client().Chat();
    const heard: string[] = [];
    for (const word of ["one", "two", "three"]) {
      call.write(word);
      const [message] = (await once(call, "data")) as [string];
      heard.push(message);
    }
    const end = ended(call);
    call.end();
    expect(heard).toEqual(["re: one", "re: two", "re: three"]);
    expect(await end).toMatchObject({ code: 0 });
  });

  test("a stream on which nothing is said ends in peace", async () => {
    const call = client().Chat();
    const end = ended(call);
    call.resume();
    call.end();
    expect(await end).toMatchObject({ code: 0 });
  });

  test("a message of 4 MB comes back whole", async () => {
    const long = "0123456789".repeat(400_000);
    const { messages, code } = await ask(client(), long);
    expect(code).toBe(0);
    expect(messages[0] === long).toBe(true);
  });

  test("the server is told how long it has", async () => {
    const deadline = Date.now() + 60_000;
    expect(await ask(client(), "deadline", { options: { deadline } })).toMatchObject({ messages: ["60"] });
  });

  test("a call whose time is over ends, wherever it is", async () => {
    const late = await ask(client(), "hang", { options: { deadline: Date.now() + 50 } });
    expect(late).toMatchObject({ code: grpc.status.DEADLINE_EXCEEDED });
    expect(late.details).toMatch(/^Deadline exceeded/);
    const over = await ask(client(), "hello", { options: { deadline: new Date(0) } });
    expect(over).toMatchObject({ code: grpc.status.DEADLINE_EXCEEDED });
  });

  test("a cancelled call ends at once, and so does its server's", async () => {
    const before = ask(client(), "hello", { made: (call) => call.cancel() });
    expect(await before).toMatchObject({ code: grpc.status.CANCELLED, details: "Cancelled on client" });
    const call = client().Chat();
    const end = ended(call);
    call.write("hello");
    await once(call, "data");
    call.cancel();
    expect(await end).toMatchObject({ code: grpc.status.CANCELLED, details: "Cancelled on client" });
  });

  test("call credentials add to each call", async () => {
    const signed = grpc.credentials.createFromMetadataGenerator((asked, done) => {
      const metadata = new grpc.Metadata();
      metadata.set("x-signed", `${asked.method_name} ${new URL(asked.service_url).pathname}`);
      done(null, metadata);
    });
    const { head } = await ask(client(), "hello", { options: { credentials: signed } });
    expect(head["x-signed"]).toBe("/test.Echo/Unary /test.Echo");
  });

  test("credentials that fail, fail the call", async () => {
    const broken = grpc.credentials.createFromMetadataGenerator((_asked, done) =>
      done(new Error("no token")),
    );
    const { code, details } = await ask(client(), "hello", { options: { credentials: broken } });
    expect(code).toBe(grpc.status.UNKNOWN);
    expect(details).toContain("no token");
  });

  test.each([1, 2])("compression %i is understood on both sides", async (algorithm) => {
    const options = { "grpc.default_compression_algorithm": algorithm };
    const text = "again and ".repeat(1_000);
    expect(await ask(client(options), text)).toMatchObject({ messages: [text], code: 0 });
    const call = client(options).Chat();
    call.write("hello");
    expect(await once(call, "data")).toEqual(["re: hello"]);
    const end = ended(call);
    call.end();
    expect(await end).toMatchObject({ code: 0 });
  });

  test("an answer over the client's limit is RESOURCE_EXHAUSTED, and the next call is answered", async () => {
    const small = client({ "grpc.max_receive_message_length": 10 });
    const { code, details } = await ask(small, "x".repeat(11));
    expect(code).toBe(grpc.status.RESOURCE_EXHAUSTED);
    expect(details).toMatch(/\b11\b.*\b10\b/);
    expect(await ask(small, "x".repeat(10))).toMatchObject({ code: 0 });
  });

  test("a request over the client's limit is RESOURCE_EXHAUSTED", async () => {
    const small = client({ "grpc.max_send_message_length": 10 });
    const { code, details } = await ask(small, "x".repeat(11));
    expect(code).toBe(grpc.status.RESOURCE_EXHAUSTED);
    expect(details).toContain("10");
    expect(await ask(small, "x".repeat(10))).toMatchObject({ code: 0 });
  });

  test("waitForReady calls back when somebody is there", async () => {
    const waiting = client();
    expect(waiting.getChannel().getConnectivityState(false)).toBe(grpc.connectivityState.IDLE);
    await new Promise<void>((resolve, reject) => {
      waiting.waitForReady(Date.now() + 5_000, (error) => (error === undefined ? resolve() : reject(error)));
    });
    expect(waiting.getChannel().getConnectivityState(false)).toBe(grpc.connectivityState.READY);
  });

  test("handlers run in the asynchronous context in which their call was made", async () => {
    const context = new AsyncLocalStorage<string>();
    const caller = client();
    const made = (name: string): Promise<(string | undefined)[]> =>
      context.run(name, async () => {
        const seen: (string | undefined)[] = [];
        const stream = caller.Expand("100");
        stream.on("data", () => seen.push(context.getStore()));
        await once(stream, "end");
        await new Promise<void>((resolve) => {
          caller.Unary("hang", new grpc.Metadata(), { deadline: Date.now() + 20 }, () => {
            seen.push(context.getStore());
            resolve();
          });
        });
        return seen;
      });
    // Who comes first opens the connection that all of them share.
    for (const name of ["first", "second"]) expect(await made(name)).toEqual(Array(101).fill(name));
    expect(await Promise.all([made("third"), made("fourth")])).toEqual([
      Array(101).fill("third"),
      Array(101).fill("fourth"),
    ]);
  });

  test("a writer that had to wait goes on in the context of its call", async () => {
    const context = new AsyncLocalStorage<string>();
    const caller = client();
    await ask(caller, "opens the connection");
    const seen = await context.run("writer", async () => {
      const contexts = new Set<string | undefined>();
      const stream = caller.Collect(new grpc.Metadata(), {}, () => {});
      for (let i = 0; i < 50; i++) {
        await new Promise<void>((resolve) => {
          stream.write("x".repeat(100_000), () => {
            contexts.add(context.getStore());
            resolve();
          });
        });
      }
      stream.end();
      return contexts;
    });
    expect([...seen]).toEqual(["writer"]);
  });

  test("a closed channel takes no calls", () => {
    const closed = client();
    closed.close();
    expect(closed.getChannel().getConnectivityState(false)).toBe(grpc.connectivityState.SHUTDOWN);
    expect(() => closed.Chat()).toThrow("Channel has been shut down");
  });

  test("what a handler of the application throws is the application's", async () => {
    const thrown = new Promise((resolve) => process.setUncaughtExceptionCaptureCallback(resolve));
    const caller = client();
    caller.Unary("hello", new grpc.Metadata(), {}, () => {
      throw new Error("in a callback");
    });
    expect(await thrown).toMatchObject({ message: "in a callback" });
    process.setUncaughtExceptionCaptureCallback(null);
    expect(await ask(caller, "hello")).toMatchObject({ code: 0 });
  });
});
