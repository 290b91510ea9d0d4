import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import {
  CANCELLED,
  createCall,
  createHeaders,
  type Request,
  type RequestHead,
  type Reset,
  type Response,
  resetOutcome,
  resetReply,
  responseOutcome,
  type Service,
  stack,
  toReset,
} from "../../src/index.ts";
import { accessLog } from "./filters/access-log.ts";
import { allow } from "./filters/allow.ts";
import { type ByteCount, countBytes } from "./filters/count-bytes.ts";
import { socketBody, socketSink } from "./socket-body.ts";

/** Opens a connection per call; the head is answered once it stands. */
function tcpTransport(port: number): Service<Request, Response> {
  return async (request) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    try {
      await once(socket, "connect");
    } catch (error) {
      return resetReply({ ...toReset(error), code: "UNAVAILABLE", flag: "UF", execution: "not-executed" });
    }
    const { body } = request;
    if (body.kind === "stream") body.read(socketSink(socket, () => body.resume()));
    return { head: { status: 200, headers: createHeaders() }, body: socketBody(socket) };
  };
}

/** The listener: one call per connection, whose head is the connection itself. */
function tunnelServer(service: Service<Request, Response>): Server {
  return createServer({ allowHalfOpen: true }, (socket: Socket) => void serve(socket));

  async function serve(socket: Socket): Promise<void> {
    const call = createCall();
    const authority = `127.0.0.1:${socket.localPort}`;
    const { head, body } = await service({ head: connectionHead(authority), body: socketBody(socket) }, call);
    // A tunnel is over when both directions are: either side may close its own first.
    let reset: Reset | undefined;
    socket.on("error", () => {
      reset ??= CANCELLED;
    });
    socket.on("close", () => {
      call.end(reset === undefined ? responseOutcome(head) : resetOutcome(reset, head.status));
    });
    if (body.kind !== "stream") {
      // A refusal: there is no protocol in which to say why.
      socket.destroy();
      return;
    }
    const sink = socketSink(socket, () => body.resume());
    body.read({
      ...sink,
      reset(reason) {
        reset ??= reason;
        sink.reset(reason);
      },
    });
  }
}

function connectionHead(authority: string): RequestHead {
  return {
    protocol: "tcp",
    exchange: "tunnel",
    method: "",
    scheme: "",
    authority,
    path: "",
    headers: createHeaders(),
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function tunnelTo(upstreamPort: number, allowed: boolean) {
  const moved = Promise.withResolvers<ByteCount>();
  const line = Promise.withResolvers<string>();
  const service = stack<Request, Response>()
    .use("log", accessLog(line.resolve))
    .use("count", countBytes(moved.resolve))
    .use(
      "allow",
      allow(() => allowed),
    )
    .to(tcpTransport(upstreamPort));
  const port = await listen(tunnelServer(service));
  return {
    client: connect({ port, host: "127.0.0.1", allowHalfOpen: true }),
    moved: moved.promise,
    line: line.promise,
  };
}

const WITHOUT_TIMES = / attempts.*| 127\.\S+/g;

test("a TCP tunnel: two byte streams, each ended by its own side", async () => {
  const upstream = createServer({ allowHalfOpen: true }, (socket) => {
    void text(socket).then((question) => socket.end(`re: ${question}`));
  });
  const { client, moved, line } = await tunnelTo(await listen(upstream), true);
  // The half-close travels to the upstream before its answer comes back: both directions end on their own.
  client.end("ping");
  expect(await text(client)).toBe("re: ping");
  expect(await moved).toEqual({ up: 4, down: 8 });
  expect((await line).replace(WITHOUT_TIMES, "")).toBe("tcp 200 OK - executed");
});

test("a TCP tunnel whose upstream closes its side first still carries what the client sends", async () => {
  const heard = Promise.withResolvers<string>();
  const upstream = createServer({ allowHalfOpen: true }, (socket) => {
    socket.end("220 ready");
    heard.resolve(text(socket));
  });
  const { client, moved, line } = await tunnelTo(await listen(upstream), true);
  expect(await text(client)).toBe("220 ready");
  client.end("thanks");
  expect(await heard.promise).toBe("thanks");
  expect(await moved).toEqual({ up: 6, down: 9 });
  expect((await line).replace(WITHOUT_TIMES, "")).toBe("tcp 200 OK - executed");
});

test("a TCP tunnel whose upstream breaks off says so, and breaks off too", async () => {
  const upstream = createServer((socket) => {
    socket.on("data", () => socket.resetAndDestroy());
  });
  const { client, line } = await tunnelTo(await listen(upstream), true);
  client.write("ping");
  await expect(text(client)).rejects.toMatchObject({ code: "ECONNRESET" });
  expect((await line).replace(WITHOUT_TIMES, "")).toBe("tcp 200 UNAVAILABLE UC in-doubt");
});

test("a TCP tunnel whose client breaks off is broken off at the upstream too", async () => {
  const broken = Promise.withResolvers<unknown>();
  const upstream = createServer((socket) => {
    socket.on("error", broken.resolve).resume();
    socket.write("hello");
  });
  const { client, line } = await tunnelTo(await listen(upstream), true);
  await once(client, "data");
  client.resetAndDestroy();
  expect(await broken.promise).toMatchObject({ code: "ECONNRESET" });
  expect((await line).replace(WITHOUT_TIMES, "")).toBe("tcp 200 CANCELLED DC in-doubt");
});

test("a TCP tunnel that is not allowed is closed without a word, and logged", async () => {
  const { client, line } = await tunnelTo(1, false);
  expect(await text(client)).toBe("");
  expect((await line).replace(WITHOUT_TIMES, "")).toBe("tcp 403 PERMISSION_DENIED UAEX not-executed");
});

test("a TCP tunnel whose upstream refuses is logged as not executed", async () => {
  const closed = createServer();
  const port = await listen(closed);
  closed.close();
  await once(closed, "close");
  const { client, line } = await tunnelTo(port, true);
  expect(await text(client)).toBe("");
  expect((await line).replace(WITHOUT_TIMES, "")).toBe("tcp 503 UNAVAILABLE UF not-executed");
});
