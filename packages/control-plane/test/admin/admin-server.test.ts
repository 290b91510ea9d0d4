import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { systemClock } from "@dualmesh/core";
import { manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { type AdminServer, listenAdmin } from "../../src/admin/admin-server.ts";
import type { AdminSource } from "../../src/admin/route-admin.ts";
import { ReportStore } from "../../src/report/report-store.ts";
import { createWorkloadRegistry, type WorkloadRegistry } from "../../src/workload/workload-registry.ts";

const problem = { file: "a.yaml", line: 3, path: "resources[0]", message: "wrong" };

interface Admin extends AsyncDisposable {
  readonly server: AdminServer;
  readonly workloads: WorkloadRegistry;
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Bytes that no client would send; answers with the first line that comes back. */
  raw(bytes: string): Promise<string>;
}

async function admin(overrides: Partial<AdminSource> = {}): Promise<Admin> {
  const workloads = createWorkloadRegistry({ clock: manualClock() });
  const server = await listenAdmin({
    workloads,
    reports: new ReportStore(),
    clock: systemClock,
    takes: (cluster) => cluster === "orders",
    ready: () => true,
    nodes: () => [],
    configDump: () => ({ groups: [] }),
    problems: () => [problem],
    stats: () =>
      new Map([
        ["b.two", 2],
        ["a.one", 1],
      ]),
    reload: async () => [],
    ...overrides,
  });
  const { host, port } = server.address;
  return {
    server,
    workloads,
    ask: (path, init) => fetch(`http://${host}:${port}${path}`, init),
    async raw(bytes) {
      const socket = connect(port, host);
      await once(socket, "connect");
      socket.write(bytes);
      return (await text(socket)).split("\r\n", 1)[0] ?? "";
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const put = (body: unknown): RequestInit => ({ method: "PUT", body: JSON.stringify(body) });
const registration = { addresses: [{ address: "127.0.0.1", port: 8080 }] };

describe("a workload", () => {
  test("comes, is listed, and goes", async () => {
    await using page = await admin();
    const came = await page.ask("/workloads/orders/node-1", put(registration));
    expect([came.status, await came.json()]).toEqual([200, { leaseMs: 10_000, expiresInMs: 10_000 }]);

    const listed = await page.ask("/workloads");
    const address = { ...registration.addresses[0], priority: 0, weight: 1, hostname: "", metadata: {} };
    const locality = { region: "", zone: "", sub_zone: "" };
    expect(await listed.json()).toEqual({
      workloads: [
        {
          cluster: "orders",
          nodeId: "node-1",
          served: true,
          leaseMs: 10_000,
          expiresInMs: 10_000,
          addresses: [{ ...address, locality }],
        },
      ],
    });

    const went = await page.ask("/workloads/orders/node-1", { method: "DELETE" });
    expect([went.status, await went.text()]).toEqual([204, ""]);
    const again = await page.ask("/workloads/orders/node-1", { method: "DELETE" });
    expect(again.status).toBe(404);
    expect(await again.json()).toEqual({ error: 'cluster "orders" has no workload "node-1"' });
  });

  test("has a name of any characters, percent-encoded", async () => {
    await using page = await admin();
    const id = "sidecar~10.0.0.1~a/b.ns~ü";
    await page.ask(
      `/workloads/${encodeURIComponent("outbound|80||x")}/${encodeURIComponent(id)}`,
      put(registration),
    );
    expect(page.workloads.list()).toMatchObject([{ cluster: "outbound|80||x", nodeId: id }]);
  });
});

describe("pages", () => {
  test.each<[string, number, string]>([
    ["/ready", 200, "LIVE\n"],
    ["/stats", 200, "a.one: 1\nb.two: 2\n"],
    ["/nodes", 200, JSON.stringify({ nodes: [] }, null, 2)],
    ["/problems", 200, JSON.stringify({ problems: [problem] }, null, 2)],
    ["/config_dump?ignored", 200, JSON.stringify({ groups: [] }, null, 2)],
  ])("%s", async (path, status, body) => {
    await using page = await admin();
    const answer = await page.ask(path);
    expect([answer.status, (await answer.text()).trim()]).toEqual([status, body.trim()]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  test("a plane that is not ready says so", async () => {
    await using page = await admin({ ready: () => false });
    expect((await page.ask("/ready")).status).toBe(503);
  });

  test("a reload answers with what was wrong", async () => {
    await using page = await admin({ reload: async () => [problem] });
    const answer = await page.ask("/reload", { method: "POST" });
    expect([answer.status, await answer.json()]).toEqual([409, { problems: [problem] }]);
  });

  test("a defect of ours is one sentence with status 500", async () => {
    await using page = await admin({
      configDump: () => {
        throw new Error("no dump");
      },
    });
    const answer = await page.ask("/config_dump");
    expect([answer.status, await answer.json()]).toEqual([500, { error: "no dump" }]);
  });
});

describe("hostile and mistaken requests", () => {
  test.each<[string, RequestInit, number, RegExp]>([
    ["/nothing", {}, 404, /no page "\/nothing"; known are \/config_dump, /],
    ["/__proto__", {}, 404, /no page/],
    ["/ready", { method: "DELETE" }, 405, /\/ready takes GET, HEAD, got DELETE/],
    ["/reload", {}, 405, /\/reload takes POST, got GET/],
    ["/workloads/orders/a", {}, 405, /takes PUT, DELETE, got GET/],
    ["/workloads/orders", put(registration), 404, /expected \/workloads\/<cluster>\/<node-id>/],
    ["/workloads/orders/a/b", put(registration), 404, /percent-encoded/],
    ["/workloads//a", put(registration), 400, /cluster: expected 1 to 512 characters, got 0/],
    ["/workloads/orders/%ff", put(registration), 400, /node id: expected percent-encoded UTF-8/],
    ["/workloads/orders/a%0Ab", put(registration), 400, /node id: expected no control characters/],
    [`/workloads/orders/${"x".repeat(513)}`, put(registration), 400, /expected 1 to 512 characters, got 513/],
    ["/workloads/orders/a", { method: "PUT", body: "{" }, 400, /body: expected JSON in UTF-8/],
    ["/workloads/orders/a", { method: "PUT" }, 400, /body: expected JSON in UTF-8/],
    ["/workloads/orders/a", { method: "PUT", body: Uint8Array.of(0x22, 0xff, 0x22) }, 400, /JSON in UTF-8/],
    ["/workloads/orders/a", put({ addresses: [{ address: "10.0.0.1", port: 99_999 }] }), 400, /got 99999/],
    ["/workloads/orders/a", { method: "PUT", body: "9".repeat(16_385) }, 400, /at most 16384 bytes/],
  ])("%s %#", async (path, init, status, message) => {
    await using page = await admin();
    const answer = await page.ask(path, init);
    const { error } = (await answer.json()) as { error: string };
    expect([answer.status, error]).toEqual([status, expect.stringMatching(message)]);
    expect(page.workloads.size).toBe(0);
  });

  test("a wrong method is told the right ones", async () => {
    await using page = await admin();
    expect((await page.ask("/reload")).headers.get("allow")).toBe("POST");
  });

  test("a page of another name cannot read a loopback listener through a browser (DNS rebinding)", async () => {
    await using page = await admin();
    expect(
      await page.raw("GET /config_dump HTTP/1.1\r\nHost: evil.example:1\r\nConnection: close\r\n\r\n"),
    ).toBe("HTTP/1.1 403 Forbidden");
    for (const host of ["localhost:1", "LOCALHOST", "127.0.0.1", "[::1]:1"]) {
      expect(await page.raw(`GET /ready HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toBe(
        "HTTP/1.1 200 OK",
      );
    }
  });

  test.each(["GET / HTTP/9.9\r\n\r\n", "\0\0\0\0\r\n\r\n", `GET /${"x".repeat(20_000)} HTTP/1.1\r\n\r\n`])(
    "what is no HTTP ends its own connection only: %#",
    async (bytes) => {
      await using page = await admin();
      expect(await page.raw(bytes)).toMatch(/^HTTP\/1\.1 4/);
      expect((await page.ask("/ready")).status).toBe(200);
    },
  );

  test("a body that nobody waited for is not taken for the next request", async () => {
    await using page = await admin();
    const smuggled = "DELETE /workloads/orders/a HTTP/1.1\r\nHost: localhost\r\n\r\n";
    page.workloads.put("orders", "a", { addresses: [], leaseMs: 10_000 });
    const head = `POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${smuggled.length}\r\n\r\n`;
    expect(await page.raw(head + smuggled)).toBe("HTTP/1.1 404 Not Found");
    expect(page.workloads.size).toBe(1);
  });
});

describe("binding", () => {
  test.each(["0.0.0.0", "::", "192.0.2.1", "example.com"])(
    "%s is refused unless it is allowed",
    async (host) => {
      await expect(listenAdmin({} as AdminSource, { host })).rejects.toThrow(
        /can be reached from other machines.*allowNonLoopback: true/,
      );
    },
  );

  test("a port that is taken is one sentence", async () => {
    await using page = await admin();
    const { port } = page.server.address;
    await expect(listenAdmin({} as AdminSource, { port })).rejects.toThrow(
      `[UNAVAILABLE] admin listener: cannot bind 127.0.0.1:${port}`,
    );
  });
});
