import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { Readable } from "node:stream";
import { Dispatcher, request } from "undici";
import { expect, test } from "vitest";
import { createMesh, type MeshOptions } from "../../src/index.ts";
import { bootstrapText, cluster, host, listener } from "../bootstrap.ts";

async function meshBefore(answer: RequestListener, options: Partial<MeshOptions> = {}) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const mesh = await createMesh({
    bootstrap: {
      text: bootstrapText({
        listeners: [
          listener("out", "OUTBOUND", [host("orders", ["orders"], { route: { cluster: "orders" } })]),
        ],
        clusters: [cluster("orders", port)],
      }),
    },
    mode: "direct",
    ...options,
  });
  return {
    mesh,
    async [Symbol.asyncDispose]() {
      await mesh[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("an answer comes with its status text, its fields and its trailers", async () => {
  await using before = await meshBefore((_, outgoing) => {
    outgoing.writeHead(404, [
      ["Set-Cookie", "a=1"],
      ["Set-Cookie", "b=2"],
      ["Trailer", "x-sum"],
    ] as never);
    outgoing.write("body");
    outgoing.addTrailers({ "x-sum": "4" });
    outgoing.end();
  });
  const { mesh } = before;
  const got = await request("http://orders/", { dispatcher: mesh.dispatcher });
  expect([got.statusCode, got.statusText, got.headers["set-cookie"]]).toEqual([
    404,
    "Not Found",
    ["a=1", "b=2"],
  ]);
  expect(await got.body.text()).toBe("body");
  expect(got.trailers).toEqual({ "x-sum": "4" });
  const fetched = await mesh.fetch("http://orders/");
  expect([fetched.status, fetched.statusText, fetched.headers.getSetCookie()]).toEqual([
    404,
    "Not Found",
    ["a=1", "b=2"],
  ]);
  await fetched.body?.cancel();
});

test("fields that are named like Object's own stay fields", async () => {
  await using before = await meshBefore((_, outgoing) => {
    outgoing.writeHead(200, ["__proto__", "x", "constructor", "y"] as never);
    outgoing.end();
  });
  const { headers, body } = await request("http://orders/", { dispatcher: before.mesh.dispatcher });
  await body.dump();
  expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  expect([Object.getOwnPropertyDescriptor(headers, "__proto__")?.value, headers["constructor"]]).toEqual([
    "x",
    "y",
  ]);
});

test("a call that is aborted lets go of its request's body", async () => {
  const asked = Promise.withResolvers<void>();
  await using before = await meshBefore(() => asked.resolve());
  const released = Promise.withResolvers<void>();
  async function* body() {
    try {
      for (;;) {
        yield Buffer.from("piece");
        await aborted.promise;
      }
    } finally {
      released.resolve();
    }
  }
  const aborted = Promise.withResolvers<void>();
  const abort = new AbortController();
  const call = request("http://orders/", {
    method: "POST",
    body: body() as unknown as Readable,
    dispatcher: before.mesh.dispatcher,
    signal: abort.signal,
  });
  await asked.promise;
  abort.abort();
  await expect(call).rejects.toMatchObject({ name: "AbortError" });
  aborted.resolve();
  await released.promise;
});

test("a call that is aborted in the middle of its answer cuts the upstream off", async () => {
  const gone = Promise.withResolvers<boolean>();
  await using before = await meshBefore((_, outgoing) => {
    outgoing.once("close", () => gone.resolve(outgoing.writableFinished));
    outgoing.write("the beginning");
  });
  const abort = new AbortController();
  const { body } = await request("http://orders/", {
    dispatcher: before.mesh.dispatcher,
    signal: abort.signal,
  });
  await once(body, "readable");
  body.on("error", () => {});
  abort.abort();
  expect(await gone.promise).toBe(false);
});

test("an answer of the mesh itself states its execution, and nobody else's does", async () => {
  await using before = await meshBefore((incoming, outgoing) => {
    if (incoming.url === "/reset") incoming.socket.destroy();
    else outgoing.writeHead(503, { "x-dualmesh-execution": "not-executed" }).end();
  });
  const ask = async (path: string) => {
    const { statusCode, headers, body } = await request(`http://orders${path}`, {
      dispatcher: before.mesh.dispatcher,
    });
    await body.dump();
    return [statusCode, headers["x-dualmesh-execution"]];
  };
  expect(await ask("/lying")).toEqual([503, undefined]);
  expect(await ask("/reset")).toEqual([503, "in-doubt"]);
});

test("a call by https to a host of the mesh is not carried in clear text: it goes past the mesh, or nowhere", async () => {
  const past: string[] = [];
  class Past extends Dispatcher {
    override dispatch(
      { origin, path }: Dispatcher.DispatchOptions,
      handler: Dispatcher.DispatchHandler,
    ): boolean {
      past.push(`${String(origin)}${path}`);
      handler.onResponseError?.(undefined as never, new Error("past the mesh"));
      return true;
    }
  }
  let asked = 0;
  const count: RequestListener = (_, outgoing) => {
    asked++;
    outgoing.end();
  };
  await using open = await meshBefore(count, { passthrough: new Past() });
  const { mesh } = open;
  expect([mesh.claims("orders"), mesh.claims("orders", "https")]).toEqual([true, false]);
  await expect(request("https://orders/secret", { dispatcher: mesh.dispatcher })).rejects.toThrow(
    "past the mesh",
  );
  expect(past).toEqual(["https://orders/secret"]);

  await using closed = await meshBefore(count, { passthrough: new Past(), outbound: "registry_only" });
  const refused = await request("https://orders/secret", { dispatcher: closed.mesh.dispatcher });
  expect([refused.statusCode, await refused.body.text()]).toEqual([
    502,
    "https://orders: the clusters of its routes do not all do TLS with verified names; call http://orders",
  ]);
  expect([past.length, asked]).toEqual([1, 0]);
});
