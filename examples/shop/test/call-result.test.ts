import { expect, test } from "vitest";
import { readAnswer } from "../src/traffic/call-result.ts";

const order = JSON.stringify({ order: 1, version: "v2", stock: { worker: 1, left: 9 } });
const failure = (execution: string): string =>
  JSON.stringify({
    service: "orders",
    failure: {
      message: "fetch failed",
      cause: { message: "[UNAVAILABLE] …", code: "UNAVAILABLE", execution },
    },
  });

test.each<readonly [string, number, Record<string, string>, string, string]>([
  ["an order is an answer", 200, {}, order, "answered"],
  ["a 200 that is no order is lost", 200, {}, "{}", "lost"],
  ["a 200 that is no JSON is lost", 200, {}, "<html>", "lost"],
  ["a failure that says nothing is lost", 503, {}, "no healthy upstream", "lost"],
  ["a failure of the application itself is lost", 500, {}, "", "lost"],
  [
    "a sidecar states that nothing was executed",
    503,
    { "x-dualmesh-execution": "not-executed" },
    "",
    "not-executed",
  ],
  ["a sidecar states that nobody knows", 503, { "x-dualmesh-execution": "in-doubt" }, "", "in-doubt"],
  ["a word that is none of these states nothing", 503, { "x-dualmesh-execution": "perhaps" }, "", "lost"],
  ["an error states it among its causes", 502, {}, failure("not-executed"), "not-executed"],
  ["an error states that nobody knows", 502, {}, failure("in-doubt"), "in-doubt"],
])("%s", (_, status, headers, body, kind) => {
  expect(readAnswer(status, new Headers(headers), body).kind).toBe(kind);
});

test("an answer names the version and the worker that gave it", () => {
  expect(readAnswer(200, new Headers(), order)).toEqual({ kind: "answered", version: "v2", worker: 1 });
});
