import type { Socket } from "node:net";
import { BodyPipe, createHeaders } from "@dualmesh/core";
import { bodyText, manualClock, textRequest } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createHttp1Transport } from "../../src/index.ts";
import { attempt, loopback, responseTo } from "./attempt.ts";
import { rawPeer } from "./raw-peer.ts";

const WHOLE = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-t: 1\r\n\r\n";

const onRequest = (answer: (socket: Socket) => void) => (socket: Socket) =>
  socket.on("data", () => answer(socket));

/** A connection is free again at the end of the turn in which its answer ended. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("more than was asked for", () => {
  test.each([
    ["a second response", WHOLE],
    ["the beginning of one", "HTTP/1.1 200 OK\r\ncont"],
    ["a body that is longer than announced", "more"],
    ["bytes that are nothing", "\0"],
  ])("%s behind a response is nobody's, and its connection is not used again", async (_, surplus) => {
    await using peer = await rawPeer(onRequest((socket) => socket.write(WHOLE + surplus)));
    const transport = createHttp1Transport();
    for (let i = 1; i <= 3; i++) {
      expect(await bodyText((await responseTo(transport, loopback(peer.port))).body)).toBe("ok");
      await nextTurn();
      expect(peer.accepted).toBe(i);
    }
    await transport.close();
  });

  test.each([
    ["a response", WHOLE],
    ["the beginning of one", "H"],
    ["bytes that are nothing", "\0"],
  ])(
    "%s that nobody asked for closes an idle connection, and the next call has another",
    async (_, bytes) => {
      const answered = Promise.withResolvers<Socket>();
      await using peer = await rawPeer((socket) =>
        socket.on("data", () => socket.write(WHOLE, () => answered.resolve(socket))),
      );
      const closed = Promise.withResolvers<void>();
      const transport = createHttp1Transport({
        maxConnectionsPerEndpoint: 1,
        onConnection: (event) => event === "closed" && closed.resolve(),
      });
      await responseTo(transport, loopback(peer.port));
      (await answered.promise).write(bytes);
      await closed.promise;
      expect(await bodyText((await responseTo(transport, loopback(peer.port))).body)).toBe("ok");
      expect(peer.accepted).toBe(2);
      await transport.close();
    },
  );

  test("an empty line behind a response is nothing, as before a request", async () => {
    await using peer = await rawPeer(
      onRequest((socket) => socket.write(`${WHOLE}`, () => socket.write("\r\n"))),
    );
    const transport = createHttp1Transport();
    for (let i = 0; i < 3; i++) {
      await responseTo(transport, loopback(peer.port));
      await nextTurn();
    }
    await transport.close();
  });
});

describe("informational responses", () => {
  const EARLY = "HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n";

  test("are skipped, and counted anew for each request", async () => {
    await using peer = await rawPeer(onRequest((socket) => socket.write(EARLY.repeat(100) + WHOLE)));
    const transport = createHttp1Transport();
    for (let i = 0; i < 3; i++) {
      expect(await bodyText((await responseTo(transport, loopback(peer.port))).body)).toBe("ok");
      await nextTurn();
    }
    expect(peer.accepted).toBe(1);
    await transport.close();
  });

  test("without end are a protocol error", async () => {
    await using peer = await rawPeer(onRequest((socket) => socket.write(EARLY.repeat(101))));
    const transport = createHttp1Transport();
    expect(await attempt(transport, loopback(peer.port))).toMatchObject({
      failure: "protocol-error",
      reset: {
        flag: "UPE",
        execution: "in-doubt",
        cause: { message: expect.stringMatching(/more than 100 informational/) },
      },
    });
    await transport.close();
  });

  test("101 is a protocol error: nobody asked to switch", async () => {
    const switched = "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n";
    await using peer = await rawPeer(onRequest((socket) => socket.write(switched)));
    const transport = createHttp1Transport();
    expect(await attempt(transport, loopback(peer.port))).toMatchObject({
      failure: "protocol-error",
      reset: { flag: "UPE" },
    });
    await transport.close();
  });
});

describe("a connection that ends", () => {
  test.each([
    ["with a length", WHOLE],
    ["in chunks", CHUNKED],
  ])(
    "after any byte but the last leaves the call in doubt, and half an answer is none: %s",
    async (_, answer) => {
      let length = 0;
      await using peer = await rawPeer(onRequest((socket) => socket.end(answer.slice(0, length))));
      const transport = createHttp1Transport();
      for (; length < answer.length; length++) {
        const result = await attempt(transport, loopback(peer.port));
        const isHead = answer.slice(0, length).includes("\r\n\r\n");
        expect([length, result.kind]).toEqual([length, isHead ? "responded" : "failed"]);
        const reset = result.kind === "failed" ? result.reset : await result.ended;
        expect(reset).toMatchObject({ flag: "UC", execution: "in-doubt" });
      }
      expect(await bodyText((await responseTo(transport, loopback(peer.port))).body)).toBe("ok");
      await transport.close();
    },
  );

  test("together with a whole answer is its end, and the next call has another", async () => {
    await using peer = await rawPeer(onRequest((socket) => socket.end(WHOLE)));
    const transport = createHttp1Transport();
    for (let i = 1; i <= 3; i++) {
      const result = await attempt(transport, loopback(peer.port));
      expect(result.kind).toBe("responded");
      await expect.poll(() => peer.accepted, { interval: 1 }).toBe(i);
      await nextTurn();
      await nextTurn();
    }
    await transport.close();
  });

  test("before its request is sent whole is told by the answer, if there is one", async () => {
    await using peer = await rawPeer((socket) =>
      socket.once("data", () => socket.write("HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n")),
    );
    const cancelled = Promise.withResolvers<void>();
    const body = new BodyPipe({ onCancel: () => cancelled.resolve() });
    const transport = createHttp1Transport();
    const response = await responseTo(transport, loopback(peer.port), textRequest({ method: "POST", body }));
    expect(response.head.status).toBe(413);
    // Nobody wants the rest, and what follows would be read as part of it.
    await cancelled.promise;
    await responseTo(transport, loopback(peer.port));
    expect(peer.accepted).toBe(2);
    await transport.close();
  });
});

describe("how long a server keeps a connection", () => {
  test.each([
    ["no time at all", "keep-alive: timeout=0\r\n", 2],
    ["a second, which may be over when the next request arrives", "keep-alive: timeout=1\r\n", 2],
    ["connection: close", "connection: close\r\n", 2],
    ["a minute", "keep-alive: max=5, Timeout=60\r\n", 1],
    ["no number", "keep-alive: timeout=x\r\n", 1],
  ])("is obeyed: %s", async (_, field, connections) => {
    const answer = WHOLE.replace("content-length", `${field}content-length`);
    await using peer = await rawPeer(onRequest((socket) => socket.write(answer)));
    const transport = createHttp1Transport();
    for (let i = 0; i < 2; i++) {
      await responseTo(transport, loopback(peer.port));
      await nextTurn();
    }
    expect(peer.accepted).toBe(connections);
    await transport.close();
  });

  test("is not waited for to its last second", async () => {
    const clock = manualClock();
    const answer = WHOLE.replace("content-length", "keep-alive: timeout=5\r\ncontent-length");
    await using peer = await rawPeer(onRequest((socket) => socket.write(answer)));
    const closed = Promise.withResolvers<void>();
    const transport = createHttp1Transport({
      clock,
      onConnection: (event) => event === "closed" && closed.resolve(),
    });
    await responseTo(transport, loopback(peer.port));
    await clock.advanceAsync(4_000);
    await closed.promise;
    await transport.close();
  });
});

describe("a request", () => {
  /** What arrives of it. */
  async function sent(...request: Parameters<typeof textRequest>): Promise<string> {
    let received = "";
    await using peer = await rawPeer((socket) =>
      socket.setEncoding("latin1").on("data", (text: string) => {
        received += text;
        if (/\r\n\r\n(?:0\r\n\r\n)?$|ok$/.test(received)) socket.write(WHOLE);
      }),
    );
    const transport = createHttp1Transport();
    await responseTo(transport, loopback(peer.port), textRequest(...request));
    await transport.close();
    return received;
  }

  test("is framed by its body alone: a coding of whoever made it goes", async () => {
    const request = await sent({ method: "POST", headers: { "transfer-encoding": "chunked" }, body: "ok" });
    expect(request).toMatch(/content-length: 2\r\n/);
    expect(request).not.toMatch(/transfer-encoding/);
  });

  test.each([
    ["two lengths", createHeaders(["content-length", "2", "Content-Length", "3"])],
    ["a length that is not the body's", createHeaders(["content-length", "3"])],
    ["a list of lengths", createHeaders(["content-length", "2, 2"])],
  ])("with %s is not sent", async (_, headers) => {
    const { head, body } = textRequest({ method: "POST", body: "ok" });
    const transport = createHttp1Transport();
    const result = await attempt(transport, loopback(1), { head: { ...head, headers }, body });
    expect(result).toMatchObject({
      kind: "failed",
      reset: { execution: "not-executed", code: "INVALID_ARGUMENT" },
    });
    await transport.close();
  });

  test("whose trailers cannot be written is broken off", async () => {
    await using peer = await rawPeer(() => {});
    const transport = createHttp1Transport();
    const body = new BodyPipe();
    body.write(Buffer.from("ok"));
    body.end(createHeaders(["x", "a\r\nb"]));
    const result = await attempt(transport, loopback(peer.port), textRequest({ method: "POST", body }));
    expect(result).toMatchObject({ kind: "failed", reset: { execution: "in-doubt" } });
    await transport.close();
  });
});
