import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import { buffer, text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { memoryConnection } from "../../src/http-client/memory-connection.ts";
import { meshClient } from "./mesh-client.ts";

async function answerTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  return incoming;
}

const sha = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

test("one connection serves one request after the other, and its agent keeps it", async () => {
  await using client = await meshClient((incoming, outgoing) => outgoing.end(incoming.url));
  for (const path of ["/1", "/2", "/3"]) {
    const outgoing = client.ask({ path });
    outgoing.end();
    expect(await text(await answerTo(outgoing))).toBe(path);
    // The agent takes a connection back at the end of the turn.
    await setImmediate();
    expect(outgoing.reusedSocket).toBe(path !== "/1");
  }
});

test.each<[string, Readonly<Record<string, string>>]>([
  ["with a length", { "content-length": String(16 * 1024 * 1024) }],
  ["chunked", {}],
])("16 MB go up and down whole, %s", async (_, headers) => {
  await using client = await meshClient((incoming, outgoing) => incoming.pipe(outgoing));
  const sent = randomBytes(16 * 1024 * 1024);
  const outgoing = client.ask({ method: "POST", headers });
  const received = answerTo(outgoing).then(buffer);
  for (let at = 0; at < sent.length; at += 100_000) {
    if (!outgoing.write(sent.subarray(at, at + 100_000))) await once(outgoing, "drain");
  }
  outgoing.end();
  expect(sha(await received)).toBe(sha(sent));
});

test("a reader that pauses holds an upstream back, and gets everything when it goes on", async () => {
  let written = 0;
  const total = 64 * 1024 * 1024;
  await using client = await meshClient((_, outgoing) => {
    const chunk = Buffer.alloc(64 * 1024);
    const more = (): void => {
      while (written < total) {
        written += chunk.length;
        if (!outgoing.write(chunk)) {
          outgoing.once("drain", more);
          return;
        }
      }
      outgoing.end();
    };
    more();
  });
  const outgoing = client.ask();
  outgoing.end();
  const incoming = await answerTo(outgoing);
  let before = -1;
  // Nobody reads: at some time nothing moves any more.
  await expect
    .poll(
      () => {
        const stands = written === before;
        before = written;
        return stands;
      },
      { interval: 20 },
    )
    .toBe(true);
  expect(written).toBeLessThan(total / 2);
  let received = 0;
  for await (const chunk of incoming) received += (chunk as Buffer).length;
  expect(received).toBe(total);
});

test("an upload waits for 100-continue", async () => {
  await using client = await meshClient((incoming, outgoing) => incoming.pipe(outgoing));
  const outgoing = client.ask({
    method: "POST",
    headers: { expect: "100-continue", "content-length": "4" },
  });
  outgoing.flushHeaders();
  await once(outgoing, "continue");
  outgoing.end("body");
  expect(await text(await answerTo(outgoing))).toBe("body");
});

test("a request that is given up is given up upstream, and the next one is served", async () => {
  const gone = Promise.withResolvers<boolean>();
  await using client = await meshClient((incoming, outgoing) => {
    if (incoming.url === "/next") outgoing.end("ok");
    else outgoing.once("close", () => gone.resolve(outgoing.writableFinished));
  });
  const outgoing = client.ask();
  outgoing.on("error", () => {});
  outgoing.end();
  await expect.poll(() => client.asked).toBe(1);
  outgoing.destroy();
  expect(await gone.promise).toBe(false);
  const next = client.ask({ path: "/next" });
  next.end();
  expect(await text(await answerTo(next))).toBe("ok");
});

test("an answer that is cut off upstream is cut off for the client too", async () => {
  await using client = await meshClient((_, outgoing) => {
    outgoing.writeHead(200, { "content-length": "10" });
    outgoing.write("12345", () => outgoing.destroy());
  });
  const outgoing = client.ask();
  outgoing.end();
  await expect(text(await answerTo(outgoing))).rejects.toMatchObject({ code: "ECONNRESET" });
});

test("the client's timeout fires, though no socket is there", async () => {
  await using client = await meshClient(() => {});
  const outgoing = client.ask({ timeout: 20 });
  outgoing.on("error", () => {});
  outgoing.end();
  await once(outgoing, "timeout");
  outgoing.destroy();
});

test("an upgrade is refused with 403, and the client learns it", async () => {
  await using client = await meshClient((_, outgoing) => outgoing.end());
  const outgoing = client.ask({ headers: { connection: "upgrade", upgrade: "websocket" } });
  outgoing.end();
  const incoming = await answerTo(outgoing);
  incoming.resume();
  expect([incoming.statusCode, client.asked]).toEqual([403, 0]);
});

test("closing the mesh ends what is open", async () => {
  const client = await meshClient(() => {});
  const outgoing = client.ask();
  outgoing.end();
  await expect.poll(() => client.asked).toBe(1);
  const failed = once(outgoing, "error");
  await client[Symbol.asyncDispose]();
  expect((await failed)[0]).toMatchObject({ code: "ECONNRESET" });
});

test("a connection that its server has ended is closed: no agent gives it to another request", async () => {
  const { client, inside } = memoryConnection();
  client.resume();
  inside.end();
  await once(client, "close");
  expect(client.destroyed).toBe(true);
});
