import { createServer, request } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { createMesh, type Mesh } from "../../src/index.ts";
import { bootstrapText, host, listener } from "../bootstrap.ts";
import { startServer, type TestServer } from "../server.ts";

const direct = (body: string): object => ({
  direct_response: { status: 200, body: { inline_string: body } },
});
const TO_APP = { route: { cluster: "app" } };

/** A mesh whose inbound listeners are these; calls to the application are told by the cluster `app`. */
function meshOf(...listeners: readonly object[]): Promise<Mesh> {
  const app = { name: "app", type: "STATIC" };
  return createMesh({ bootstrap: { text: bootstrapText({ listeners, clusters: [app] }) }, mode: "direct" });
}

async function ask(
  port: number,
  headers: Readonly<Record<string, string>> = {},
  path = "/",
): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, host: "127.0.0.1", path, headers, agent: false }, (incoming) => {
      text(incoming).then((body) => resolve(`${incoming.statusCode} ${body}`), reject);
    });
    outgoing.on("error", reject).end();
  });
}

const startApp = (): Promise<TestServer> => startServer((_, response) => response.end("app"));

test.each([
  ["in one order", "a", "b", "c"],
  ["in another", "c", "b", "a"],
])(
  "the chain is found as if the server's port were the original destination, %s",
  async (_, first, second, third) => {
    await using one = await startApp();
    await using two = await startApp();
    await using three = await startApp();
    await using mesh = await meshOf(
      listener(first, "INBOUND", [host("all", ["*"], direct("any port"))]),
      listener(second, "INBOUND", [host("all", ["*"], direct("its own listener"))], { port: one.port }),
      listener(third, "INBOUND", [host("all", ["*"], direct("a chain for it"))], {
        destinationPort: two.port,
      }),
    );
    for (const { server } of [one, two, three]) mesh.serve(server);
    expect(await ask(one.port)).toBe("200 its own listener");
    expect(await ask(two.port)).toBe("200 a chain for it");
    expect(await ask(three.port)).toBe("200 any port");
  },
);

test("an outbound listener is none for a server", async () => {
  await using app = await startApp();
  await using mesh = await meshOf(listener("outbound", "OUTBOUND", [host("all", ["*"], direct("outbound"))]));
  mesh.serve(app.server);
  expect(await ask(app.port)).toBe("200 app");
});

test("what the routes forward reaches the application, what they do not know is 404", async () => {
  await using app = await startServer((incoming, response) => response.end(`app ${incoming.url}`));
  await using mesh = await meshOf(
    listener("in", "INBOUND", [
      {
        name: "v",
        domains: ["*"],
        routes: [{ match: { prefix: "/api" }, route: { cluster: "app", prefix_rewrite: "/v2" } }],
      },
    ]),
  );
  mesh.serve(app.server);
  expect(await ask(app.port, {}, "/api/x")).toBe("200 app /v2/x");
  expect(await ask(app.port, {}, "/other")).toBe("404 ");
});

test("nobody can pretend to be the application's sidecar, and the application never sees the mark", async () => {
  let seen: unknown[] = [];
  await using app = await startServer((incoming, response) => {
    const { headers, rawHeaders } = incoming;
    seen = [headers["x-dualmesh-hop"], rawHeaders.map((one) => one.toLowerCase()).includes("x-dualmesh-hop")];
    response.end("app");
  });
  await using mesh = await meshOf(
    listener("in", "INBOUND", [
      {
        name: "v",
        domains: ["*"],
        routes: [
          { match: { path: "/closed" }, direct_response: { status: 403 } },
          { match: { prefix: "/" }, route: { cluster: "app" } },
        ],
      },
    ]),
  );
  mesh.serve(app.server);
  const forged = { "X-Dualmesh-Hop": "forged" };
  expect(await ask(app.port, forged, "/closed")).toBe("403 ");
  expect(await ask(app.port, forged)).toBe("200 app");
  expect(seen).toEqual([undefined, false]);
});

test("a server that is given twice has one chain, and one that is not listening yet has it from the beginning", async () => {
  let requestIds = 0;
  const server = createServer((incoming, response) => {
    requestIds = incoming.headersDistinct["x-mark"]?.length ?? 0;
    response.end("app");
  });
  const marked = {
    ...host("all", ["*"], TO_APP),
    request_headers_to_add: [{ header: { key: "x-mark", value: "1" } }],
  };
  await using mesh = await meshOf(listener("in", "INBOUND", [marked]));
  mesh.serve(server);
  mesh.serve(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  expect(await ask((server.address() as { port: number }).port)).toBe("200 app");
  expect(requestIds).toBe(1);
  server.close();
  server.closeAllConnections();
});

test("a mesh that is closed leaves the server to itself", async () => {
  await using app = await startApp();
  const mesh = await meshOf(listener("in", "INBOUND", [host("all", ["*"], direct("mesh"))]));
  mesh.serve(app.server);
  expect(await ask(app.port)).toBe("200 mesh");
  await mesh[Symbol.asyncDispose]();
  expect(await ask(app.port)).toBe("200 app");
});
