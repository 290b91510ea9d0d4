import { once } from "node:events";
import { createServer } from "node:net";
import { connect } from "node:tls";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { readFirstWords } from "../../src/detect/index.ts";

/** What Node says first when it asks for a server. */
async function helloOf(options: object): Promise<Buffer> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  const client = connect({ port, host: "127.0.0.1", ...options });
  client.on("error", () => {});
  const [socket] = await once(server, "connection");
  const [bytes] = await once(socket, "data");
  client.destroy();
  server.close();
  return bytes as Buffer;
}

/** The same handshake in records of another size. */
function rerecord(hello: Buffer, size: number): Buffer {
  const handshake = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < handshake.length; at += size) {
    const piece = handshake.subarray(at, at + size);
    records.push(Buffer.of(22, 3, 1, piece.length >> 8, piece.length & 0xff), piece);
  }
  return Buffer.concat(records);
}

describe("the first words of a client", () => {
  let hello: Buffer;
  beforeAll(async () => {
    hello = await helloOf({ servername: "Orders.TEST", ALPNProtocols: ["h2", "http/1.1"] });
  });

  test("name the server that it asks for, in lower case", async () => {
    expect(readFirstWords(hello)).toEqual({ kind: "tls", serverName: "orders.test" });
    const old = await helloOf({ servername: "a.test", maxVersion: "TLSv1.2" });
    expect(readFirstWords(old)).toEqual({ kind: "tls", serverName: "a.test" });
  });

  test("may name nobody", async () => {
    expect(readFirstWords(await helloOf({}))).toEqual({ kind: "tls", serverName: "" });
  });

  test("are waited for to their end, wherever they are cut", () => {
    for (let length = 0; length < hello.length; length++)
      expect(readFirstWords(hello.subarray(0, length))).toEqual({ kind: "more" });
  });

  test.each([50, 100, 1_000])("may come in records of %i bytes", (size) => {
    expect(readFirstWords(rerecord(hello, size))).toEqual({ kind: "tls", serverName: "orders.test" });
  });

  test("of another protocol are told from TLS by their first bytes", () => {
    expect(readFirstWords(Buffer.from("GET / HTTP/1.1\r\n"))).toEqual({ kind: "other" });
    expect(readFirstWords(Buffer.of(0x16, 0x02))).toEqual({ kind: "other" });
  });

  test.each([
    ["a record of nothing", Buffer.of(22, 3, 1, 0, 0)],
    ["a record of another type behind the first", Buffer.of(22, 3, 1, 0, 1, 1, 23, 3, 3, 0, 1, 0)],
    ["a record that is too long", Buffer.of(22, 3, 1, 0x40, 0x01, 1)],
    ["too many records", Buffer.concat(Array.from({ length: 65 }, () => Buffer.of(22, 3, 1, 0, 1, 1)))],
    ["a message that is no hello", Buffer.of(22, 3, 1, 0, 4, 2, 0, 0, 0)],
    ["a hello that is too long", Buffer.of(22, 3, 1, 0, 4, 1, 1, 0, 1)],
    ["a hello without what it must have", Buffer.of(22, 3, 1, 0, 6, 1, 0, 0, 2, 3, 3)],
  ])("are malformed as %s", (_, bytes) => {
    expect(readFirstWords(bytes)).toEqual({ kind: "malformed" });
  });

  test("never throw, whatever bytes are changed, and never name what is no text", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const changed = Buffer.from(hello);
        for (const [at, byte] of changes) changed[at % changed.length] = byte;
        const words = readFirstWords(changed);
        expect(["tls", "other", "more", "malformed"]).toContain(words.kind);
      }),
    );
  });
});
