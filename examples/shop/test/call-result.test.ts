import { expect, test } from "vitest";
import { refused, unreached } from "../src/apps/gateway-answer.ts";
import { readAnswer } from "../src/traffic/call-result.ts";

const order = JSON.stringify({ order: 1, version: "v2", stock: { worker: 1, left: 9 } });

/** What `fetch` throws when the mesh fails a call that it may not answer by itself. */
function fetchError(execution: string): Error {
  const cause = Object.assign(new Error("[UNAVAILABLE] reset"), { code: "UNAVAILABLE", execution });
  return new TypeError("fetch failed", { cause });
}

const mark = (execution: string): Record<string, string> => ({ "x-dualmesh-execution": execution });
const byMesh = (execution: string): string =>
  refused("orders", 503, mark(execution), "no healthy upstream").body;

test.each<readonly [string, number, string, string]>([
  ["an order is an answer", 200, order, "answered"],
  ["a 200 that is no order is lost", 200, "{}", "lost"],
  ["a 200 that is no JSON is lost", 200, "<html>", "lost"],
  ["a failure that says nothing is lost", 502, refused("orders", 500, {}, "sorry").body, "lost"],
  ["a failure of web itself is lost", 500, "", "lost"],
  ["an error that says nothing is lost", 502, unreached("orders", new Error("socket hang up")).body, "lost"],
  ["the mesh states on its answer that nothing was executed", 502, byMesh("not-executed"), "not-executed"],
  ["the mesh states on its answer that nobody knows", 502, byMesh("in-doubt"), "in-doubt"],
  ["a word that is none of these states nothing", 502, byMesh("perhaps"), "lost"],
  [
    "an error states it among its causes",
    502,
    unreached("orders", fetchError("not-executed")).body,
    "not-executed",
  ],
  [
    "what a hop further on states is passed on",
    502,
    refused("orders", 502, {}, refused("inventory", 503, mark("in-doubt"), "").body).body,
    "in-doubt",
  ],
])("%s", (_, status, body, kind) => {
  expect(readAnswer(status, body).kind).toBe(kind);
});

test("an answer names the version and the worker that gave it", () => {
  expect(readAnswer(200, order)).toEqual({ kind: "answered", version: "v2", worker: 1 });
});

test("a failure names the way to where it happened, and what was said there", () => {
  const inventory = refused("inventory", 503, mark("in-doubt"), "upstream reset").body;
  expect(readAnswer(502, refused("orders", 502, {}, inventory).body)).toEqual({
    kind: "in-doubt",
    reason: "orders → inventory → 503 upstream reset",
  });
});
