import { describe, expect, test } from "vitest";
import type { DashboardAction } from "../src/dashboard-action.ts";
import { ActionDesk } from "../src/dashboard-action.ts";
import { createDashboard } from "../src/index.ts";
import { serveDashboard } from "./served-dashboard.ts";

const FLIP: DashboardAction = { name: "flip", label: "flip web", run: async () => "flipped" };
const WEIGHTS: DashboardAction = {
  name: "weights",
  label: "weights",
  group: "orders",
  choices: ["90/10", "50/50"],
  run: async (choice) => `weights are ${choice}`,
};
const OURS = { "x-dualmesh-dashboard": "1" };

describe("the page", () => {
  test("may load and ask nothing but its own origin", async () => {
    const { ask } = await serveDashboard();
    const { status, headers, body } = await ask("/");
    expect([status, body]).toEqual([200, "<!doctype html>"]);
    const policy = String(headers["content-security-policy"]).split("; ");
    expect(policy).toContain("default-src 'none'");
    expect(policy.filter((rule) => !/ '(self|none)'$/.test(rule))).toEqual([]);
    expect(headers["referrer-policy"]).toBe("no-referrer");
  });

  test("is asked for anew each time, and its files with a hash in their names are kept", async () => {
    const { ask } = await serveDashboard();
    expect((await ask("/")).headers["cache-control"]).toBe("no-cache");
    expect((await ask("/assets/a-1.js")).headers["cache-control"]).toContain("immutable");
  });

  test.each(["/assets/../index.html", "/../package.json", "/assets/%2e%2e/x", "//etc/passwd"])(
    "has no file %s: paths are looked up among those that were built",
    async (path) => {
      const { ask } = await serveDashboard();
      expect((await ask(path)).status).toBe(404);
    },
  );

  test.each([
    ["a name that was made to resolve here", (port: number) => `evil.test:${port}`],
    ["another port", () => "127.0.0.1:1"],
    ["an address of this machine that others reach", (port: number) => `192.168.1.2:${port}`],
    ["a name that only begins like ours", (port: number) => `localhost.evil.test:${port}`],
  ])("is not for requests by %s", async (_, host) => {
    const { ask, port } = await serveDashboard([FLIP]);
    for (const path of ["/", "/api/actions", "/api/stream"]) {
      expect((await ask(path, { headers: { host: host(port) } })).status).toBe(403);
    }
  });

  test.each(["localhost", "127.0.0.1", "[::1]"])("is for requests by %s", async (name) => {
    const { ask, port } = await serveDashboard();
    expect((await ask("/", { headers: { host: `${name}:${port}` } })).status).toBe(200);
  });
});

describe("an action", () => {
  test("is offered, done, and tells what came of it", async () => {
    const { ask, origin } = await serveDashboard([FLIP, WEIGHTS]);
    expect(JSON.parse((await ask("/api/actions")).body)).toEqual([
      { name: "flip", label: "flip web", group: "", choices: [] },
      { name: "weights", label: "weights", group: "orders", choices: ["90/10", "50/50"] },
    ]);
    const headers = { ...OURS, origin, "sec-fetch-site": "same-origin" };
    const flipped = await ask("/api/actions/flip", { method: "POST", headers, body: "{}" });
    expect([flipped.status, JSON.parse(flipped.body)]).toEqual([200, { ok: true, sentence: "flipped" }]);
    const body = '{"choice":"50/50"}';
    const shifted = await ask("/api/actions/weights", { method: "POST", headers, body });
    expect(JSON.parse(shifted.body)).toEqual({ ok: true, sentence: "weights are 50/50" });
  });

  test.each<[string, Record<string, string>]>([
    ["a form of another site, which cannot set our header", {}],
    ["a script of another site", { ...OURS, origin: "http://evil.test", "sec-fetch-site": "cross-site" }],
    ["another port of this machine", { ...OURS, "sec-fetch-site": "same-site" }],
    ["a page without an origin", { ...OURS, origin: "null" }],
  ])("is not done for %s", async (_, headers) => {
    let done = 0;
    const { ask } = await serveDashboard([{ ...FLIP, run: async () => `${++done}` }]);
    expect((await ask("/api/actions/flip", { method: "POST", headers, body: "{}" })).status).toBe(403);
    expect(done).toBe(0);
  });

  test.each<[string, string, string, number]>([
    ["nobody offers", "/api/actions/launch", "{}", 404],
    ["is asked without a choice", "/api/actions/weights", "{}", 400],
    ["is asked with a choice that it has not", "/api/actions/weights", '{"choice":"1/99"}', 400],
    ["has no choices and gets one", "/api/actions/flip", '{"choice":"x"}', 400],
    ["is asked by what is no JSON", "/api/actions/flip", "flip", 400],
    ["is asked at too great length", "/api/actions/flip", "x".repeat(10_000), 400],
  ])("is refused that %s", async (_, path, body, status) => {
    const { ask } = await serveDashboard([FLIP, WEIGHTS]);
    expect((await ask(path, { method: "POST", headers: OURS, body })).status).toBe(status);
  });

  test("that fails says why", async () => {
    const { ask } = await serveDashboard([
      { ...FLIP, run: () => Promise.reject(new Error("there is no sidecar")) },
    ]);
    const { status, body } = await ask("/api/actions/flip", { method: "POST", headers: OURS, body: "{}" });
    expect([status, JSON.parse(body)]).toEqual([500, { ok: false, sentence: "there is no sidecar" }]);
  });

  test("waits for the one before it, also if that failed", async () => {
    const first = Promise.withResolvers<string>();
    const done: string[] = [];
    const desk = new ActionDesk([
      { ...FLIP, name: "a", run: () => first.promise },
      { ...FLIP, name: "b", run: async () => `${done.push("b")}` },
    ]);
    const results = [desk.run("a", undefined), desk.run("b", undefined)];
    await Promise.resolve();
    expect(done).toEqual([]);
    first.reject(new Error("no"));
    expect((await Promise.all(results)).map(({ ok }) => ok)).toEqual([false, true]);
  });

  test("has a name of its own that may stand in a path", () => {
    expect(() => new ActionDesk([{ ...FLIP, name: "a/b" }])).toThrow(/expected the name of an action/);
    expect(() => new ActionDesk([FLIP, FLIP])).toThrow('two actions have the name "flip"');
  });
});

test.each([
  [
    "an address that others reach",
    { controlPlane: "127.0.0.1:1", host: "0.0.0.0" },
    /expected a loopback address, got 0\.0\.0\.0/,
  ],
  [
    "no address of a control plane",
    { controlPlane: "nonsense" },
    /expected the control plane's admin listener as host:port, got "nonsense"/,
  ],
])("a dashboard is refused %s", async (_, options, reason) => {
  await expect(createDashboard(options)).rejects.toThrow(reason);
});
