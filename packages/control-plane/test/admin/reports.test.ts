import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { type ControlPlane, createControlPlane } from "../../src/index.ts";

const REPORT = {
  intervalMs: 1_000,
  inbound: { direct: 0, sidecar: 0 },
  edges: [],
  omittedEdges: 0,
  samples: [],
};
const WORKLOAD = { addresses: [{ address: "127.0.0.1", port: 8080 }] };

const put = (body: unknown): RequestInit => ({ method: "PUT", body: JSON.stringify(body) });

interface Stage extends AsyncDisposable {
  readonly plane: ControlPlane;
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Watches, and gives the events as they come. */
  watch(): Promise<Watch>;
}

interface Watch {
  /** The data of the next event of that name. */
  next(event: string): Promise<Record<string, unknown>>;
  leave(): Promise<void>;
}

async function stage(): Promise<Stage> {
  const plane = await createControlPlane({ config: { resources: [] } });
  const base = `http://${plane.adminAddress}`;
  const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(`${base}${path}`, init);
  return {
    plane,
    ask,
    async watch() {
      const response = await ask("/reports/stream");
      const reader = (response.body as ReadableStream<Uint8Array>)
        .pipeThrough(new TextDecoderStream())
        .getReader();
      let text = "";
      return {
        async next(event) {
          for (;;) {
            const found = new RegExp(`event: ${event}\\ndata: (.*)\\n\\n`).exec(text);
            if (found !== null) {
              text = text.slice(found.index + found[0].length);
              return JSON.parse(found[1] as string) as Record<string, unknown>;
            }
            const { value, done } = await reader.read();
            if (done) throw new Error(`the stream ended before ${event}`);
            text += value;
          }
        },
        leave: () => reader.cancel(),
      };
    },
    [Symbol.asyncDispose]: () => plane[Symbol.asyncDispose](),
  };
}

describe("nodes are asked to report", () => {
  test("in the answer to a heartbeat, while somebody watches", async () => {
    await using it = await stage();
    const unwatched = await it.ask("/workloads/orders/orders-1", put(WORKLOAD));
    expect(await unwatched.json()).not.toHaveProperty("reportEveryMs");
    await it.watch();
    const watched = await it.ask("/workloads/orders/orders-1", put(WORKLOAD));
    expect(await watched.json()).toMatchObject({ reportEveryMs: 1_000 });
  });

  test("when they ask, and in the answer to each report; no more when whoever watched has left", async () => {
    await using it = await stage();
    const interval = async (): Promise<unknown> => (await it.ask("/reports/interval")).json();
    expect(await interval()).toEqual({ reportEveryMs: 0 });
    const watch = await it.watch();
    expect(await interval()).toEqual({ reportEveryMs: 1_000 });
    expect(await (await it.ask("/reports/web/web-1/sdk", put(REPORT))).json()).toEqual({
      reportEveryMs: 1_000,
    });
    await watch.leave();
    await expect.poll(interval).toEqual({ reportEveryMs: 0 });
  });
});

describe("whoever watches", () => {
  test("is told of each report, and of what came before", async () => {
    await using it = await stage();
    const first = await it.watch();
    await it.ask("/reports/web/web%2F1/sidecar", put(REPORT));
    const expected = { ...REPORT, kind: "sidecar", cluster: "web", nodeId: "web/1" };
    expect(await first.next("report")).toMatchObject(expected);
    const second = await it.watch();
    expect(await second.next("report")).toMatchObject(expected);
    expect(await (await it.ask("/reports")).json()).toMatchObject({ watchers: 2, reports: [expected] });
  });

  test("sees nodes, workloads and problems, and sees them change", async () => {
    await using it = await stage();
    const watch = await it.watch();
    expect(await watch.next("overview")).toEqual({ nodes: [], workloads: [], problems: [] });
    await it.ask("/workloads/orders/orders-1", put(WORKLOAD));
    expect(await watch.next("overview")).toMatchObject({
      workloads: [{ cluster: "orders", nodeId: "orders-1" }],
    });
  });

  test("must come by a name of this machine, as to every page", async () => {
    await using it = await stage();
    const [host, port] = (it.plane.adminAddress as string).split(":");
    const status = await new Promise((resolve, reject) => {
      request({ host, port, path: "/reports/stream", headers: { host: "evil.test" } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(403);
  });

  test("is refused where too many watch already", async () => {
    await using it = await stage();
    for (let i = 0; i < 16; i++) await it.watch();
    const refused = await it.ask("/reports/stream");
    expect([refused.status, await refused.json()]).toEqual([
      429,
      { error: "the limit of 16 watchers is reached" },
    ]);
  });
});

test.each<[string, string, RequestInit, number]>([
  ["a report without a node", "/reports/web/sdk", put(REPORT), 404],
  ["a report of a kind that there is not", "/reports/web/web-1/toaster", put(REPORT), 404],
  ["a report that is none", "/reports/web/web-1/sdk", put({}), 400],
  ["a report over the limit", "/reports/web/web-1/sdk", put("x".repeat(300_000)), 400],
  ["a method that reports have not", "/reports/web/web-1/sdk", { method: "POST" }, 405],
  ["writing to the stream", "/reports/stream", put({}), 405],
])("%s is refused", async (_, path, init, status) => {
  await using it = await stage();
  expect((await it.ask(path, init)).status).toBe(status);
});
