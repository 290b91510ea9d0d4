import type { Request, Response } from "@dualmesh/core";
import { createCall, stack } from "@dualmesh/core";
import { mockService, randomOf, recordingMetrics, textRequest, textResponse } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { type CorsPolicy, compileCors, corsFilter, decideCors, layerCors } from "../../src/cors/index.ts";
import { headOf } from "../head-of.ts";

const GOOD = "https://good.test";
const EVIL = "https://evil.test";
const ALLOWS_GOOD: CorsPolicy = { allowOrigins: [{ kind: "exact", value: GOOD }] };
const ALLOWS_ALL: CorsPolicy = { allowOrigins: [{ kind: "exact", value: "*" }] };
const FULL: CorsPolicy = {
  ...ALLOWS_GOOD,
  allowMethods: "GET,PUT",
  allowHeaders: "x-a",
  exposeHeaders: "x-e",
  maxAge: "600",
  allowCredentials: true,
};

/** The answer's fields without their common beginning, as `allow-origin: x`. */
function decided(policies: readonly CorsPolicy[], headers: string[], method = "GET") {
  const plan = layerCors(policies.map((policy) => compileCors(policy)));
  if (plan === undefined) throw new Error("expected at least one policy");
  const decision = decideCors(plan, headOf({ method, headers }), randomOf(), undefined);
  const flat = "headers" in decision ? decision.headers : [];
  const fields = flat.flatMap((name, i) =>
    i % 2 === 0 ? [`${name.replace("access-control-", "")}: ${flat[i + 1]}`] : [],
  );
  return { kind: decision.kind, fields: fields.sort() };
}

const preflight = (policy: CorsPolicy, origin: string, more: string[] = []) =>
  decided([policy], ["origin", origin, "access-control-request-method", "PUT", ...more], "OPTIONS");

describe("a preflight is answered", () => {
  test("with all that the policy says", () => {
    expect(preflight(FULL, GOOD)).toEqual({
      kind: "preflight",
      fields: [
        "allow-credentials: true",
        "allow-headers: x-a",
        "allow-methods: GET,PUT",
        `allow-origin: ${GOOD}`,
        "expose-headers: x-e",
        "max-age: 600",
      ],
    });
  });

  test("by the upstream, for an origin that is not allowed", () => {
    expect(preflight(FULL, EVIL)).toEqual({ kind: "forward", fields: [] });
  });

  test("without leave, where the upstream is not to answer it", () => {
    expect(preflight({ ...FULL, forwardNotMatchingPreflights: false }, EVIL)).toEqual({
      kind: "preflight",
      fields: ["allow-credentials: true", "allow-headers: x-a", "allow-methods: GET,PUT", "max-age: 600"],
    });
  });

  test("with what it asked for, where the policy is `*`", () => {
    const any = { ...ALLOWS_ALL, allowMethods: "*", allowHeaders: "*" };
    expect(preflight(any, EVIL, ["access-control-request-headers", "x-q, x-r"]).fields).toEqual([
      "allow-headers: x-q, x-r",
      "allow-methods: PUT",
      `allow-origin: ${EVIL}`,
    ]);
    expect(preflight(any, EVIL).fields).toContain("allow-headers: ");
    const twice = preflight(any, EVIL, ["access-control-request-method", "GET"]);
    expect(twice.fields).toContain("allow-methods: PUT,GET");
  });

  test.each([
    ["true", true, ["allow-private-network: true"]],
    ["TRUE", true, []],
    ["1", true, []],
    ["", true, []],
    ["true", false, []],
    ["true", undefined, []],
  ])("about private networks: '%s', allowed %s", (asked, allowPrivateNetworkAccess, fields) => {
    const policy = { ...ALLOWS_GOOD, allowPrivateNetworkAccess };
    expect(preflight(policy, GOOD, ["access-control-request-private-network", asked]).fields).toEqual([
      `allow-origin: ${GOOD}`,
      ...fields,
    ]);
  });
});

describe("only OPTIONS with an origin and a method that is asked for is a preflight", () => {
  test.each([
    ["OPTIONS", ["origin", GOOD]],
    ["OPTIONS", ["origin", GOOD, "access-control-request-method", ""]],
    ["GET", ["origin", GOOD, "access-control-request-method", "PUT"]],
  ])("%s %j goes on", (method, headers) => {
    expect(decided([FULL], headers, method)).toEqual({
      kind: "forward",
      fields: ["allow-credentials: true", `allow-origin: ${GOOD}`, "expose-headers: x-e"],
    });
  });

  test.each([[[]], [["origin", ""]]])("%j is nobody's affair", (headers) => {
    expect(decided([FULL], [...headers, "access-control-request-method", "PUT"], "OPTIONS").kind).toBe(
      "pass",
    );
  });
});

describe("an origin is allowed", () => {
  test.each<[string, CorsPolicy, string[], boolean]>([
    [
      "if one matcher takes it",
      { allowOrigins: [{ kind: "suffix", value: ".good.test" }] },
      ["https://a.good.test"],
      true,
    ],
    ["as `null` if that is listed", { allowOrigins: [{ kind: "exact", value: "null" }] }, ["null"], true],
    ["not as `null` else", ALLOWS_GOOD, ["null"], false],
    ["whatever it is, by `*`", ALLOWS_ALL, [EVIL], true],
    ["not if there are two, the good one first", ALLOWS_GOOD, [GOOD, EVIL], false],
    ["not if there are two, the good one last", ALLOWS_GOOD, [EVIL, GOOD], false],
    ["never without a list", {}, [GOOD], false],
  ])("%s", (_, policy, origins, allowed) => {
    const { fields } = decided(
      [policy],
      origins.flatMap((origin) => ["origin", origin]),
    );
    expect(fields).toEqual(allowed ? [`allow-origin: ${origins[0]}`] : []);
  });
});

describe("levels make one policy, field by field, the most specific first", () => {
  const HOST: CorsPolicy = { ...FULL, allowPrivateNetworkAccess: true, forwardNotMatchingPreflights: false };
  const ask = ["origin", GOOD, "access-control-request-method", "PUT"];

  test("an empty one says nothing", () => {
    expect(decided([{}, HOST], ask, "OPTIONS")).toEqual(decided([HOST], ask, "OPTIONS"));
    const texts = { allowMethods: "", allowHeaders: "", exposeHeaders: "", maxAge: "" };
    expect(decided([texts, HOST], ask, "OPTIONS")).toEqual(decided([HOST], ask, "OPTIONS"));
  });

  test("each field is that of the first level that has it", () => {
    const { fields } = decided(
      [{ allowMethods: "PUT" }, { maxAge: "2", allowMethods: "DELETE" }, HOST],
      ask,
      "OPTIONS",
    );
    expect(fields).toEqual(
      expect.arrayContaining(["allow-methods: PUT", "max-age: 2", "allow-headers: x-a"]),
    );
  });

  test("a list of origins replaces the whole list", () => {
    const route: CorsPolicy = { allowOrigins: [{ kind: "exact", value: EVIL }] };
    expect(decided([route, HOST], ["origin", GOOD]).fields).toEqual([]);
    expect(decided([route, HOST], ["origin", EVIL]).fields).toContain(`allow-origin: ${EVIL}`);
  });

  test("`false` is said, too", () => {
    const route: CorsPolicy = { allowCredentials: false, forwardNotMatchingPreflights: true };
    expect(decided([route, HOST], ask, "OPTIONS").fields).not.toContain("allow-credentials: true");
    expect(decided([route, HOST], ["origin", EVIL, ...ask.slice(2)], "OPTIONS").kind).toBe("forward");
  });

  test("whether it is enabled the most specific says alone, and be it by its silence", () => {
    const off = { enabled: { numerator: 0, denominator: 100 } };
    expect(decided([{}, { ...HOST, ...off }], ask, "OPTIONS").kind).toBe("preflight");
    expect(decided([off, HOST], ask, "OPTIONS").kind).toBe("pass");
  });
});

describe("for a share of requests", () => {
  const half = { numerator: 50, denominator: 100 };

  test("it is drawn once per request", () => {
    const plan = compileCors({ ...ALLOWS_GOOD, enabled: half });
    const kindAt = (draw: number): string =>
      decideCors(plan, headOf({ headers: ["origin", GOOD] }), randomOf(draw), undefined).kind;
    expect([kindAt(0.49), kindAt(0.51)]).toEqual(["forward", "pass"]);
  });

  test("a runtime key says which", () => {
    const plan = compileCors({ ...ALLOWS_GOOD, enabled: { ...half, runtimeKey: "cors.on" } });
    const runtime = { getNumber: () => undefined, getFraction: () => ({ numerator: 0, denominator: 100 }) };
    expect(decideCors(plan, headOf({ headers: ["origin", GOOD] }), randomOf(), runtime).kind).toBe("pass");
  });
});

describe("the filter", () => {
  function setUp(policy: CorsPolicy) {
    const metrics = recordingMetrics();
    const { service, handle } = mockService();
    const cors = corsFilter({ cors: compileCors(policy), metrics, statPrefix: "http.in." });
    return { metrics, handle, send: stack<Request, Response>().use("cors", cors).to(service) };
  }

  test("answers a preflight itself, as a server of its own would", async () => {
    const { handle, send } = setUp(FULL);
    const headers = { origin: GOOD, "access-control-request-method": "PUT" };
    const { head } = await send(textRequest({ method: "OPTIONS", headers }), createCall());
    expect([head.status, head.local?.details, head.local?.asIs, handle.asked]).toEqual([
      200,
      "cors_response",
      true,
      0,
    ]);
  });

  const OWN = ["access-control-allow-origin", "*", "access-control-expose-headers", "x-up", "vary", "accept"];

  test.each([
    [GOOD, [GOOD, "x-e", "true", "accept"]],
    [EVIL, ["*", "x-up", undefined, "accept"]],
  ])("overwrites what the upstream says, to an allowed origin only: %s", async (origin, expected) => {
    const { handle, send } = setUp(FULL);
    const response = send(textRequest({ headers: { origin } }), createCall());
    (await handle.next()).answer(textResponse(200, "", OWN));
    const { headers } = (await response).head;
    const names = ["allow-origin", "expose-headers", "allow-credentials"].map(
      (name) => `access-control-${name}`,
    );
    expect([...names, "vary"].map((name) => headers.get(name))).toEqual(expected);
  });

  test("in shadow counts origins, and changes nothing", async () => {
    const none = { numerator: 0, denominator: 100 };
    const all = { numerator: 100, denominator: 100 };
    const { handle, metrics, send } = setUp({ ...FULL, enabled: none, shadow: all });
    for (const origin of [GOOD, GOOD, EVIL]) {
      const response = send(textRequest({ headers: { origin } }), createCall());
      (await handle.next()).answer(textResponse(200));
      expect((await response).head.headers.size).toBe(0);
    }
    const counts = ["valid", "invalid"].map((which) => metrics.value(`http.in.cors.origin_${which}`));
    expect(counts).toEqual([2, 1]);
  });
});
