import { describe, expect, test } from "vitest";
import {
  createRequestDecoder,
  createResponseDecoder,
  type Http1RequestHead,
  type MessageDecoder,
  type MessageSink,
  STRICT,
} from "../../src/http1/index.ts";
import { readRequests, readResponses } from "./read-messages.ts";

/** Tells the parts of messages in the order in which they come. */
function listener(onPart: (part: string, body?: Buffer) => void = () => {}) {
  const parts: string[] = [];
  const add = (part: string, body?: Buffer): void => {
    parts.push(part);
    onPart(part, body);
  };
  const sink: MessageSink<Http1RequestHead> = {
    head: (head, isWhole, body) =>
      add(`head ${head.target}${isWhole ? " whole" : ""} ${body ?? ""}`.trim(), body),
    body: (bytes) => add(`body ${bytes.toString("latin1")}`, bytes),
    end: (trailers) => add(`end ${trailers?.flat().join("=") ?? ""}`.trim()),
    failed: (error) => add(`failed ${error.status}`),
  };
  return { parts, sink };
}

const GET = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`;
const POST = (path: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const CHUNKED = "POST /c HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";

describe("one message after the other", () => {
  test("it stops behind each, and goes on when told", () => {
    const { parts, sink } = listener();
    const decoder = createRequestDecoder(sink);
    const all = Buffer.from(GET("/1") + POST("/2", "two") + GET("/3"));
    decoder.feed(all);
    expect([parts, decoder.surplus, decoder.isInside]).toEqual([
      ["head /1 whole"],
      all.length - GET("/1").length,
      false,
    ]);
    decoder.next();
    expect([parts.at(-1), decoder.surplus]).toEqual(["head /2 whole two", GET("/3").length]);
    decoder.next();
    expect([parts.at(-1), decoder.surplus]).toEqual(["head /3 whole", 0]);
    decoder.next();
    decoder.next();
    expect(parts).toHaveLength(3);
  });

  test("a sink may tell it to go on by itself, within each part that ends a message", () => {
    let decoder: MessageDecoder;
    const { parts, sink } = listener((part) => {
      if (/whole|end/.test(part)) decoder.next();
    });
    decoder = createRequestDecoder(sink);
    decoder.feed(Buffer.from(`${GET("/1")}${CHUNKED}1\r\nx\r\n0\r\nt: 1\r\n\r\n\r\n${POST("/2", "two")}`));
    expect(parts).toEqual(["head /1 whole", "head /c", "body x", "end t=1", "head /2 whole two"]);
    expect(decoder.surplus).toBe(0);
  });

  test("many requests at once do not go down the stack", () => {
    let decoder: MessageDecoder;
    const { parts, sink } = listener(() => decoder.next());
    decoder = createRequestDecoder(sink);
    decoder.feed(Buffer.from(GET("/").repeat(20_000)));
    expect(parts).toHaveLength(20_000);
  });

  test("next says nothing within a message, nor before one", () => {
    const { parts, sink } = listener();
    const decoder = createRequestDecoder(sink);
    decoder.next();
    decoder.feed(Buffer.from("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nab"));
    decoder.next();
    decoder.feed(Buffer.from("cd"));
    expect(parts).toEqual(["head /", "body ab", "body cd", "end"]);
  });

  test("surplus is known when a sink is told of the end, wherever the body ends", () => {
    const seen: [string, number][] = [];
    let decoder: MessageDecoder;
    const { sink } = listener((part) => {
      if (/whole|end/.test(part)) seen.push([part, decoder.surplus]);
    });
    const feed = (...pieces: string[]): void => {
      decoder = createRequestDecoder(sink);
      for (const piece of pieces) decoder.feed(Buffer.from(piece));
    };
    feed(`${GET("/1")}12345`);
    feed(`${POST("/2", "two")}12345`);
    feed(POST("/3", "two").slice(0, -1), "o12345");
    feed(`${CHUNKED}0\r\n\r\n12345`);
    feed(`${CHUNKED}0\r\nt: 1\r\n`, "\r\n12345");
    expect(seen).toEqual([
      ["head /1 whole", 5],
      ["head /2 whole two", 5],
      ["end", 5],
      ["end", 5],
      ["end t=1", 5],
    ]);
  });
});

describe("whether it is inside of a message", () => {
  test.each([
    ["", false],
    ["\r\n\r\n", false],
    ["G", true],
    [GET("/").slice(0, -1), true],
    [GET("/"), false],
    [POST("/", "body").slice(0, -1), true],
    [`${CHUNKED}0\r\n`, true],
    [`${CHUNKED}0\r\n\r\n`, false],
    [`${GET("/")}GET`, false],
    ["\0", false],
  ])("%j: %s", (bytes, isInside) => {
    const decoder = createRequestDecoder(listener().sink);
    decoder.feed(Buffer.from(bytes));
    expect(decoder.isInside).toBe(isInside);
    expect(decoder.finish()).toBe(!isInside);
  });
});

describe("the end of the connection", () => {
  test("ends a body that is framed by it, once", () => {
    const ends: unknown[] = [];
    const decoder = createResponseDecoder({
      head() {},
      body() {},
      end: (trailers) => ends.push(trailers),
      failed() {},
    });
    decoder.feed(Buffer.from("HTTP/1.1 200 OK\r\n\r\nbody"));
    expect([decoder.finish(), decoder.finish()]).toEqual([true, true]);
    expect(ends).toEqual([undefined]);
  });

  test.each([
    "HTTP/1.1 200 OK\r\ncontent-le",
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nbody",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nbody\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n",
  ])("cuts any other message off: %j", (bytes) => {
    const { messages, decoder } = readResponses(bytes);
    expect(decoder.finish()).toBe(false);
    expect(messages.filter(({ end }) => end >= 0)).toEqual([]);
  });
});

describe("what it holds", () => {
  test("a body that was given out stays as it is while later bytes are held", () => {
    const kept: Buffer[] = [];
    const { sink } = listener((_, body) => {
      if (body !== undefined) kept.push(body);
    });
    const decoder = createRequestDecoder(sink);
    const first = POST("/1", "the body of the first");
    // The head was held, so that the body is cut out of what is held; and something stands behind it.
    decoder.feed(Buffer.from(first.slice(0, 10)));
    decoder.feed(Buffer.from(`${first.slice(10)}POST /2 HTTP/1.1\r\n`));
    decoder.feed(Buffer.from("host: a\r\ncontent-length: 6\r\n\r\nsecond"));
    decoder.next();
    decoder.feed(Buffer.from(GET("/3").repeat(50)));
    expect(kept.map(String)).toEqual(["the body of the first", "second"]);
  });

  test("bytes that are borrowed may be written over at once", () => {
    const bodies: Buffer[] = [];
    let decoder: MessageDecoder;
    const { parts, sink } = listener((part, body) => {
      if (body !== undefined) bodies.push(body);
      if (/whole|end/.test(part)) decoder.next();
    });
    decoder = createRequestDecoder(sink);
    const borrowed = Buffer.alloc(1_000);
    const feed = (text: string): void => {
      const length = borrowed.write(text, "latin1");
      decoder.feed(borrowed.subarray(0, length), true);
      borrowed.fill("#");
    };
    feed(POST("/1", "whole"));
    feed(POST("/2", "in parts").slice(0, -3));
    feed(`rts${CHUNKED}2\r\nch`);
    feed("\r\n2\r\nun\r\n0\r\nt: 1\r");
    feed("\n\r\nPOST /4 HT");
    feed("TP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nheld");
    expect(bodies.map(String)).toEqual(["whole", "in pa", "rts", "ch", "un", "held"]);
    expect(parts.filter((part) => part.startsWith("head"))).toHaveLength(4);
    expect(parts).toContain("end t=1");
  });

  test("bytes that are not borrowed are not copied", () => {
    const bodies: Buffer[] = [];
    const { sink } = listener((_, body) => {
      if (body !== undefined) bodies.push(body);
    });
    const bytes = Buffer.from(POST("/", "body"));
    createRequestDecoder(sink).feed(bytes);
    expect(bodies.map((body) => body.buffer === bytes.buffer)).toEqual([true]);
  });

  test("the headers of a message stay as they are when the next one comes", () => {
    const { messages } = readRequests(`${GET("/1")}GET /2 HTTP/1.1\r\nhost: b\r\nx: y\r\n\r\n`);
    messages[0]?.head.headers.set("host", "changed");
    expect(messages.map(({ head }) => head.headers.get("host"))).toEqual(["changed", "b"]);
    expect(messages[0]?.head.headers.has("x")).toBe(false);
  });
});

describe("what is no message", () => {
  test("is said once, and then it takes no more", () => {
    const { parts, sink } = listener();
    const decoder = createRequestDecoder(sink);
    decoder.feed(Buffer.from(`${GET("/1").slice(0, -2)}bad\0${GET("/2")}`));
    decoder.feed(Buffer.from(GET("/3")));
    decoder.next();
    expect(parts).toEqual(["failed 400"]);
  });

  test("is refused by its start line, without waiting for the rest", () => {
    const { parts, sink } = listener();
    createRequestDecoder(sink).feed(Buffer.from("SSH-2.0-OpenSSH_9.6\r\n"));
    expect(parts).toEqual(["failed 400"]);
  });

  test("is found in a body as well", () => {
    const { parts, sink } = listener();
    createRequestDecoder(sink).feed(Buffer.from(`${CHUNKED}1\r\nx\r\nzz\r\n`));
    expect(parts).toEqual(["head /c", "body x", "failed 400"]);
  });

  test("a sink that throws does not lock the decoder", () => {
    let isBroken = true;
    const { parts, sink } = listener((part) => {
      if (isBroken && part.startsWith("head")) throw new Error("a defect");
    });
    const decoder = createRequestDecoder(sink, STRICT);
    expect(() => decoder.feed(Buffer.from(GET("/1")))).toThrow("a defect");
    isBroken = false;
    decoder.next();
    decoder.feed(Buffer.from(GET("/2")));
    expect(parts).toEqual(["head /1 whole", "head /2 whole"]);
  });
});

test("each response is read by the method of its request", () => {
  const heads: string[] = [];
  const decoder = createResponseDecoder({
    head: (head, isWhole) => heads.push(`${head.status} ${head.framing} ${isWhole}`),
    body() {},
    end() {},
    failed() {},
  });
  const answer = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n";
  decoder.expect("HEAD");
  decoder.feed(Buffer.from(answer));
  decoder.next();
  decoder.expect("GET");
  decoder.feed(Buffer.from(`${answer}body`));
  expect(heads).toEqual(["200 none true", "200 length true"]);
});
