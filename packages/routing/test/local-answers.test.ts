import { describe, expect, test } from "vitest";
import { type DirectResponseAction, type RouteMatch, requestFormat } from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { tableOf } from "./table-of.ts";

function matchOf(action: DirectResponseAction | { readonly kind: "non-forwarding" }): RouteMatch | undefined {
  return tableOf([{ match: { path: { kind: "prefix", value: "/" } }, action }]).match(headOf());
}

describe("a direct response", () => {
  const format = requestFormat(headOf({ headers: ["x-name", "ann"] }));
  test.each<[Partial<DirectResponseAction>, string | Uint8Array]>([
    [{ body: "hello" }, "hello"],
    [{}, ""],
    [{ body: Uint8Array.of(1, 2) }, Uint8Array.of(1, 2)],
    [{ bodyFormat: { kind: "text", text: "hello %REQ(x-name)%" } }, Buffer.from("hello ann")],
  ])("%j has the body %j", (parts, expected) => {
    const match = matchOf({ kind: "direct-response", status: 418, ...parts });
    expect(match).toMatchObject({ kind: "direct-response", status: 418, cluster: "" });
    expect(match?.kind === "direct-response" && match.body(format)).toEqual(expected);
  });

  test.each([
    [{ status: 99 }, "the status must be from 200 to 599, got 99"],
    [{ status: 600 }, "the status must be from 200 to 599, got 600"],
    [{ status: 200, bodyFormat: { kind: "text", text: "%NOPE%" } }, "unknown command %NOPE%"],
    [{ status: 200, bodyFormat: { kind: "json", value: { a: ["%NOPE%"] } } }, "unknown command %NOPE%"],
  ] satisfies [Omit<DirectResponseAction, "kind">, string][])("%j is refused", (parts, reason) => {
    expect(() => matchOf({ kind: "direct-response", ...parts })).toThrow(reason);
  });
});

test("a route that does not forward goes to no cluster", () => {
  expect(matchOf({ kind: "non-forwarding" })).toMatchObject({ kind: "non-forwarding", cluster: "" });
});
