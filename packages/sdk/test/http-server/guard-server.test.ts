import { once } from "node:events";
import { connect } from "node:net";
import { type Filter, localReply, type Outcome, type Request, type Response } from "@dualmesh/core";
import { DOWNSTREAM, HOP_HEADER } from "@dualmesh/dataplane";
import { describe, expect, test } from "vitest";
import { guardedApp, LOOK, SLOW } from "./guarded-app.ts";

const refuse: Filter<Request, Response> = () => () =>
  Promise.resolve(localReply({ status: 403, details: "refused", body: "no", headers: ["x-why", "rule"] }));

describe("filters run before the application's handlers", () => {
  test("a refusal never reaches them", async () => {
    let reached = 0;
    await using app = await guardedApp(() => {
      reached++;
    }, refuse);
    const answer = await app.ask({ method: "POST", body: "x".repeat(100_000) });
    expect([answer.status, answer.body, answer.headers["x-why"], reached]).toEqual([403, "no", "rule", 0]);
    expect(app.calls[0]?.outcome).toMatchObject({ status: 403, details: "refused" });
  });

  test("a filter that rejects is a 503", async () => {
    await using app = await guardedApp(
      () => {},
      () => () => Promise.reject(new Error("a defect")),
    );
    expect(await app.ask()).toMatchObject({ status: 503, body: "a defect" });
  });

  test("it sees the request with its connection", async () => {
    let seen: Request | undefined;
    let downstream: unknown;
    await using app = await guardedApp(
      (_, response) => response.end(),
      (next) => (request, call) => {
        seen = request;
        downstream = call.get(DOWNSTREAM);
        return next(request, call);
      },
    );
    await app.ask({ method: "PUT", path: "/a?b", headers: { host: "orders", "x-own": "1" } });
    expect(seen?.head).toMatchObject({ method: "PUT", path: "/a?b", authority: "orders", scheme: "http" });
    expect(seen?.head.headers.get("x-own")).toBe("1");
    expect(downstream).toMatchObject({ remoteAddress: "127.0.0.1", localPort: app.port });
  });
});

describe("what filters change of a request, the application sees", () => {
  const change =
    (step: (head: Request["head"]) => void): Filter<Request, Response> =>
    (next) =>
    (request, call) => {
      step(request.head);
      return next(request, call);
    };

  test("headers that are added, replaced and removed, in every form in which they can be read", async () => {
    let read: unknown;
    await using app = await guardedApp(
      (request, response) => {
        const { headers, headersDistinct, rawHeaders } = request;
        const names = ["x-added", "x-replaced", "x-removed", "x-kept"];
        read = names.map((name) => [headers[name], headersDistinct[name], rawHeaders.includes(name)]);
        response.end();
      },
      change(({ headers }) => {
        headers.append("x-added", "1");
        headers.append("x-added", "2");
        headers.set("x-replaced", "new");
        headers.delete("x-removed");
      }),
    );
    await app.ask({ headers: { "x-replaced": "old", "x-removed": "1", "x-kept": "1" } });
    expect(read).toEqual([
      ["1, 2", ["1", "2"], true],
      ["new", ["new"], true],
      [undefined, undefined, false],
      ["1", ["1"], true],
    ]);
  });

  test("a header that the application's server has looked at before", async () => {
    let read: unknown;
    await using app = await guardedApp(
      (request, response) => {
        read = [request.headers["x-added"], request.headers["x-own"]];
        response.end();
      },
      change(({ headers }) => headers.append("x-added", "1")),
    );
    await app.ask({ headers: { "x-own": "1" } });
    expect(read).toEqual(["1", "1"]);
  });

  test("the path and the host", async () => {
    await using app = await guardedApp(
      (request, response) => response.end(`${request.headers.host}${request.url}`),
      change((head) => {
        head.path = "/v2";
        head.authority = "rewritten";
      }),
    );
    expect((await app.ask({ path: "/v1", headers: { host: "orders" } })).body).toBe("rewritten/v2");
  });

  test("its body comes through untouched", async () => {
    await using app = await guardedApp((request, response) => void request.pipe(response), SLOW);
    const body = "x".repeat(1_000_000);
    expect((await app.ask({ method: "POST", body })).body).toBe(body);
  });
});

describe("from its own sidecar, which has run the chain", () => {
  test("a request goes straight to the application", async () => {
    await using app = await guardedApp((_, response) => response.end("app"), refuse, {
      isSidecar: (mark) => mark === "1",
    });
    expect((await app.ask({ headers: { [HOP_HEADER]: "1" } })).body).toBe("app");
    expect((await app.ask({ headers: { [HOP_HEADER]: "2" } })).status).toBe(403);
    expect((await app.ask()).status).toBe(403);
  });
});

describe("every way to a handler passes the chain", () => {
  test("a server that answers 100-continue by itself", async () => {
    let reached = 0;
    await using app = await guardedApp(() => {}, refuse, {
      prepare: (server) =>
        server.on("checkContinue", (_, response) => {
          reached++;
          response.writeContinue();
          response.end("app");
        }),
    });
    const answer = await app.ask({ method: "POST", headers: { expect: "100-continue" }, body: "x" });
    expect([answer.status, reached]).toEqual([403, 0]);
  });

  test("such a server answers when the chain lets it", async () => {
    await using app = await guardedApp(() => {}, LOOK, {
      prepare: (server) =>
        server.on("checkContinue", (request, response) => {
          response.writeContinue();
          request.pipe(response);
        }),
    });
    expect((await app.ask({ method: "POST", headers: { expect: "100-continue" }, body: "x" })).body).toBe(
      "x",
    );
  });

  test("an expectation that the application judges by itself", async () => {
    let reached = 0;
    await using app = await guardedApp(() => {}, refuse, {
      prepare: (server) =>
        server.on("checkExpectation", (_, response) => {
          reached++;
          response.end("app");
        }),
    });
    expect((await app.ask({ headers: { expect: "gold" } })).status).toBe(403);
    expect(reached).toBe(0);
  });
});

describe("a tunnel would lead past the chain, so there is none", () => {
  const UPGRADE = "GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";

  test.each([
    ["an upgrade", "upgrade", UPGRADE],
    ["CONNECT", "connect", "CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n"],
  ])("%s is refused", async (_, event, bytes) => {
    let reached = 0;
    await using app = await guardedApp(() => {}, LOOK, {
      prepare: (server) => server.on(event, () => reached++),
    });
    const socket = connect(app.port, "127.0.0.1");
    socket.write(bytes);
    let answer = "";
    for await (const chunk of socket.setEncoding("latin1")) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 403 .*connection: close/s);
    expect(reached).toBe(0);
  });

  test("where no chain stands, it is the application's own", async () => {
    await using app = await guardedApp(() => {}, LOOK, {
      isBare: true,
      prepare: (server) =>
        server.on("upgrade", (_, socket) => socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n")),
    });
    const socket = connect(app.port, "127.0.0.1");
    socket.write(UPGRADE);
    const [chunk] = (await once(socket, "data")) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 101 /);
    socket.destroy();
  });
});

test("a header that cannot be written breaks its own connection alone", async () => {
  await using app = await guardedApp(
    (_, response) => response.end("ok"),
    (next) => async (request, call) => {
      const response = await next(request, call);
      if (request.head.path === "/bad") response.head.headers.set("x-bad", "a\nb");
      return response;
    },
  );
  await expect(app.ask({ path: "/bad" })).rejects.toMatchObject({ code: "ECONNRESET" });
  expect((await app.ask()).body).toBe("ok");
  expect(app.calls[0]?.outcome).toMatchObject({ code: "INTERNAL" });
});

describe("the call ends once, with what became of it", () => {
  const ended = (app: { readonly calls: readonly { readonly outcome: Outcome | undefined }[] }) =>
    expect.poll(() => app.calls[0]?.outcome, { interval: 2 });

  test("when the answer is written", async () => {
    await using app = await guardedApp((_, response) => response.writeHead(201).end());
    await app.ask();
    await ended(app).toMatchObject({ status: 201, code: "OK", execution: "executed" });
  });

  test("an ordinary answer below 400 failed nobody", async () => {
    await using app = await guardedApp((_, response) => response.writeHead(304).end());
    await app.ask();
    await ended(app).toMatchObject({ status: 304, code: "OK" });
  });

  test("when the client goes away while the application works", async () => {
    const reached = Promise.withResolvers<void>();
    await using app = await guardedApp(() => reached.resolve());
    const socket = connect(app.port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await reached.promise;
    socket.destroy();
    await ended(app).toMatchObject({ flag: "DC" });
    expect(app.calls[0]?.cancelled?.flag).toBe("DC");
  });

  test("when the client goes away while a filter thinks", async () => {
    const begun = Promise.withResolvers<void>();
    await using app = await guardedApp(
      () => {},
      () => () => {
        begun.resolve();
        return new Promise(() => {});
      },
    );
    const socket = connect(app.port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await begun.promise;
    socket.destroy();
    await once(socket, "close");
    await ended(app).toMatchObject({ flag: "DC" });
  });
});
