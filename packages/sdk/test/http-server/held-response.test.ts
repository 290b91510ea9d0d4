import { readFileSync } from "node:fs";
import type { RequestListener, ServerResponse } from "node:http";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";
import { type Filter, localReply, type Request, type Response } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import { guardedApp, LOOK, SLOW } from "./guarded-app.ts";

const THIS_FILE = fileURLToPath(import.meta.url);

/** What applications do with a response; each is asked with a filter that looks on, and one that lets it wait. */
const FORMS: readonly [string, RequestListener][] = [
  ["end with a text", (_, response) => response.end("text")],
  ["end with bytes", (_, response) => response.end(Buffer.from("bytes"))],
  ["end with another encoding", (_, response) => response.end("é", "latin1")],
  ["end without a body", (_, response) => response.end()],
  [
    "a status and headers, one by one",
    (_, response) => {
      response.statusCode = 202;
      response.statusMessage = "Taken";
      response.setHeader("X-One", "1");
      response.setHeader("set-cookie", ["a=1", "b=2"]);
      response.end("ok");
    },
  ],
  [
    "writeHead with an object",
    (_, response) => response.writeHead(203, { "X-One": "1", "content-length": 2 }).end("ok"),
  ],
  ["writeHead with a reason", (_, response) => response.writeHead(200, "Fine", { "x-one": "1" }).end("ok")],
  ["writeHead with a list", (_, response) => response.writeHead(200, ["x-one", "1", "x-one", "2"]).end("ok")],
  [
    "writeHead over setHeader",
    (_, response) => {
      response.setHeader("x-one", "old");
      response.setHeader("x-two", "kept");
      response.writeHead(200, { "x-one": "new" }).end("ok");
    },
  ],
  [
    "write and end",
    (_, response) => {
      response.write("a");
      response.write(Buffer.from("b"));
      response.end("c");
    },
  ],
  [
    "flushHeaders first",
    (_, response) => {
      response.flushHeaders();
      setImmediate(() => response.end("later"));
    },
  ],
  [
    "an answer in several turns",
    (_, response) => {
      response.write("one,");
      setImmediate(() => {
        response.write("two,");
        setImmediate(() => response.end("three"));
      });
    },
  ],
  ["a stream that is piped", (_, response) => void Readable.from(["a", "b", "c"]).pipe(response)],
  [
    "a large stream that is piped",
    (_, response) => {
      const chunk = Buffer.alloc(64 * 1024, "x");
      let left = 40;
      const stream = new Readable({
        read() {
          this.push(left-- > 0 ? chunk : null);
        },
      });
      stream.pipe(response);
    },
  ],
  ["a file in a pipeline", (_, response) => void pipeline(Readable.from(readFileSync(THIS_FILE)), response)],
  ["204", (_, response) => response.writeHead(204).end()],
  ["304 with an etag", (_, response) => response.writeHead(304, { etag: '"1"' }).end()],
  [
    "an end that tells when it is done",
    (_, response) => {
      response.write("a", () => response.end("b", () => {}));
    },
  ],
  [
    "a response without a Date",
    (_, response) => {
      response.sendDate = false;
      response.end("undated");
    },
  ],
  [
    "trailers",
    (request, response) => {
      // node:http refuses them where there is no body.
      if (request.method === "GET") response.writeHead(200, { trailer: "x-sum" });
      response.write("a");
      response.addTrailers({ "x-sum": "1" });
      response.end();
    },
  ],
];

/** Fields that differ from one answer to the next. */
const relevant = ({ date, ...rest }: Readonly<Record<string, unknown>>): object => ({
  ...rest,
  dated: date !== undefined,
});

describe.each([
  ["a filter that only looks on", LOOK],
  ["a filter that lets the answer wait", SLOW],
])("behind %s an application answers as it would without", (_, filter) => {
  test.each(FORMS)("%s", async (_name, app) => {
    await using plain = await guardedApp(app, LOOK, { isBare: true });
    await using guarded = await guardedApp(app, filter);
    for (const method of ["GET", "HEAD"]) {
      const expected = await plain.ask({ method });
      const answer = await guarded.ask({ method });
      expect({ ...answer, headers: relevant(answer.headers), rawHeaders: [] }).toEqual({
        ...expected,
        headers: relevant(expected.headers),
        rawHeaders: [],
      });
    }
  });
});

const tag: Filter<Request, Response> = (next) => async (request, call) => {
  const response = await next(request, call);
  response.head.headers.set("x-filter", response.head.headers.get("x-app") ?? "none");
  response.head.headers.delete("x-app");
  if (response.head.status === 202) response.head.status = 200;
  return response;
};

test("filters change the head of an answer", async () => {
  await using app = await guardedApp((_, response) => {
    response.setHeader("x-app", "1");
    response.writeHead(202).end("ok");
  }, tag);
  const { status, headers, body } = await app.ask();
  expect([status, headers["x-filter"], headers["x-app"], body]).toEqual([200, "1", undefined, "ok"]);
});

test("a filter may put its own answer in place of the application's, which may go on writing in peace", async () => {
  const written = Promise.withResolvers<void>();
  await using app = await guardedApp(
    (_, response) => {
      response.writeHead(200, { "x-app": "secret" });
      response.write("secret");
      setTimeout(() => {
        response.write("more secrets");
        response.end("the last one");
        written.resolve();
      }, 10);
    },
    (next) => async (request, call) => {
      await next(request, call);
      return localReply({ status: 500, details: "hidden", body: "hidden" });
    },
  );
  const answer = await app.ask();
  expect([answer.status, answer.body, answer.headers["x-app"]]).toEqual([500, "hidden", undefined]);
  await written.promise;
  expect((await app.ask()).body).toBe("hidden");
});

describe("libraries that put themselves between an application and its answer", () => {
  /** How `on-headers` works, on which sessions, compression and response times stand. */
  function onHeaders(response: ServerResponse, hook: () => void): void {
    const { writeHead } = response;
    let fired = false;
    response.writeHead = function hooked(this: ServerResponse, ...args: unknown[]) {
      if (!fired) {
        fired = true;
        hook();
      }
      return (writeHead as (...all: unknown[]) => ServerResponse).apply(this, args);
    } as ServerResponse["writeHead"];
  }

  test.each([
    ["end", (response: ServerResponse) => response.end("ok")],
    [
      "write",
      (response: ServerResponse) => {
        response.write("o");
        response.end("k");
      },
    ],
    ["writeHead", (response: ServerResponse) => response.writeHead(200).end("ok")],
    [
      "flushHeaders",
      (response: ServerResponse) => {
        response.flushHeaders();
        response.end("ok");
      },
    ],
  ])("a hook on headers runs before they are sent, by %s", async (_, finish) => {
    await using app = await guardedApp((_request, response) => {
      onHeaders(response, () => response.setHeader("x-time", "1"));
      finish(response);
    }, SLOW);
    const { headers, body } = await app.ask();
    expect([headers["x-time"], body]).toEqual(["1", "ok"]);
  });

  test("a compressor that takes over write and end", async () => {
    await using app = await guardedApp((_, response) => {
      const { write, end } = response;
      const gzip = createGzip();
      onHeaders(response, () => {
        response.setHeader("content-encoding", "gzip");
        response.removeHeader("content-length");
      });
      gzip.on("data", (chunk: Buffer) => {
        if (!write.call(response, chunk, "utf8")) gzip.pause();
      });
      response.on("drain", () => gzip.resume());
      gzip.on("end", () => end.call(response, undefined, "utf8"));
      response.write = ((chunk: string) => {
        if (!response.headersSent) response.writeHead(response.statusCode);
        return gzip.write(chunk);
      }) as ServerResponse["write"];
      response.end = ((chunk?: string) => {
        if (!response.headersSent) response.writeHead(response.statusCode);
        gzip.end(chunk);
        return response;
      }) as ServerResponse["end"];
      response.write("first, ");
      setImmediate(() => response.end("second"));
    }, SLOW);
    const { headers } = await app.ask();
    expect(headers["content-encoding"]).toBe("gzip");
  });

  test("what a logger reads of an answer at its end", async () => {
    const logged = Promise.withResolvers<unknown>();
    await using app = await guardedApp((_, response) => {
      response.once("finish", () =>
        logged.resolve([
          response.statusCode,
          response.getHeader("content-length"),
          response.getHeader("x-own"),
        ]),
      );
      response.setHeader("x-own", "1");
      response.setHeader("content-length", "2");
      response.end("ok");
    }, SLOW);
    await app.ask();
    expect(await logged.promise).toEqual([200, "2", "1"]);
  });

  test.each([
    ["writeHead", (response: ServerResponse) => response.writeHead(99)],
    [
      "statusCode",
      (response: ServerResponse) => {
        response.statusCode = Number.NaN;
        response.end();
      },
    ],
  ])("a status that is none fails where it is given, by %s", async (_, finish) => {
    let error: unknown;
    await using app = await guardedApp((_request, response) => {
      try {
        finish(response);
      } catch (thrown) {
        error = thrown;
        response.writeHead(500).end();
      }
    });
    expect((await app.ask()).status).toBe(500);
    expect(error).toMatchObject({ code: "ERR_HTTP_INVALID_STATUS_CODE" });
  });

  test("setting a header after the head is known fails as ever", async () => {
    let error: unknown;
    await using app = await guardedApp((_, response) => {
      response.writeHead(200);
      try {
        response.setHeader("x-late", "1");
      } catch (thrown) {
        error = thrown;
      }
      response.end(String(response.headersSent));
    });
    const { headers, body } = await app.ask();
    expect([headers["x-late"], body]).toEqual([undefined, "true"]);
    expect(error).toMatchObject({ code: "ERR_HTTP_HEADERS_SENT" });
  });
});

test("a transform behind a response finishes when its client does", async () => {
  await using app = await guardedApp((request, response) => {
    const upper = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        done(null, chunk.toString().toUpperCase());
      },
    });
    request.pipe(upper).pipe(response);
  }, SLOW);
  expect((await app.ask({ method: "POST", body: "abc".repeat(50_000) })).body).toBe("ABC".repeat(50_000));
});
