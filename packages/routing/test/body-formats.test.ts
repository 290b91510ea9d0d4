import type { FormatContext } from "@dualmesh/core";
import { expect, test } from "vitest";
import { type BodyFormat, createRouteTable, type DirectResponseAction, requestFormat } from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { tableOf } from "./table-of.ts";

const COMMANDS: ReadonlySet<string> = new Set(["REQ", "RESPONSE_CODE"]);

/** The body as text, and its type. */
function made(
  bodyFormat: BodyFormat,
  more: Partial<DirectResponseAction> = {},
): [string, string | undefined] {
  const request = headOf({ headers: ["x-name", "ann", "x-bytes", "\u00c3\u00a9"] });
  const context: FormatContext = (command, argument) =>
    command === "RESPONSE_CODE" ? "0" : requestFormat(request)(command, argument);
  const action: DirectResponseAction = { kind: "direct-response", status: 200, bodyFormat, ...more };
  const route = { match: { path: { kind: "prefix", value: "/" } }, action } as const;
  const virtualHosts = [{ name: "all", domains: ["*"], routes: [route] }];
  const match = createRouteTable({ virtualHosts }, { formatCommands: COMMANDS }).match(request);
  if (match?.kind !== "direct-response") throw new Error("expected a direct response");
  return [Buffer.from(match.body(context)).toString("utf8"), match.contentType];
}

test.each<[string, string, Partial<DirectResponseAction>?]>([
  ["hello %REQ(x-name)%", "hello ann"],
  ["<%LOCAL_REPLY_BODY%>", "<held>", { body: "held" }],
  ["<%LOCAL_REPLY_BODY%>", "<>"],
  ["only this", "only this", { body: "held" }],
  ["a%REQ(x-nope)%b", "a-b"],
  ["%REQ(x-name):2%|%REQ(x-nope):1%", "an|-"],
  ["100%% sure", "100% sure"],
  // Header values are bytes, and go together with the bytes of the text.
  ["%REQ(x-bytes)% \u00fc", "\u00e9 \u00fc"],
  ["%LOCAL_REPLY_BODY% \u00fc", "h\u00e9 \u00fc", { body: "h\u00e9" }],
])("the text %j makes %j", (text, expected, more) => {
  expect(made({ kind: "text", text }, more)).toEqual([expected, undefined]);
});

test("bytes that are no text come through as they are", () => {
  const route = {
    match: { path: { kind: "prefix", value: "/" } },
    action: {
      kind: "direct-response",
      status: 200,
      body: Uint8Array.of(255, 0),
      bodyFormat: { kind: "text", text: "%LOCAL_REPLY_BODY%" },
    },
  } as const;
  const match = tableOf([route]).match(headOf());
  const body = match?.kind === "direct-response" ? match.body(() => undefined) : "";
  expect([...(body as Uint8Array)]).toEqual([255, 0]);
});

test("what has no value may be left out, and the type may be said", () => {
  const format: BodyFormat = {
    kind: "text",
    text: "a%REQ(x-nope)%b",
    omitEmptyValues: true,
    contentType: "a/b",
  };
  expect(made(format)).toEqual(["ab", "a/b"]);
});

test.each<[object, string, boolean?]>([
  [{ b: "%REQ(x-name)%", a: 1.5 }, '{"a":1.5,"b":"ann"}'],
  [{ code: "%RESPONSE_CODE%", text: "c=%RESPONSE_CODE%" }, '{"code":0,"text":"c=0"}'],
  [{ one: "%REQ(x-nope)%", two: "a%REQ(x-nope)%" }, '{"one":null,"two":"a-"}'],
  [
    { l: ["%REQ(x-nope)%", { q: "%REQ(x-nope)%" }, []], n: null, o: {} },
    '{"l":[null,{"q":null},[]],"n":null,"o":{}}',
  ],
  [
    { quoted: 'a"b', bytes: "%REQ(x-bytes)%", plain: "\u00e9" },
    '{"bytes":"\u00e9","plain":"\u00e9","quoted":"a\\"b"}',
  ],
  [{ e: "", n: null, o: {}, oo: { x: { y: "%REQ(x-nope)%" } } }, '{"e":""}', true],
  [{ l: ["%REQ(x-nope)%", "a%REQ(x-nope)%", { q: "%REQ(x-nope)%" }, []] }, '{"l":["a",[]]}', true],
])("the JSON %j makes %s", (value, expected, omitEmptyValues = false) => {
  const format = { kind: "json", value: value as Record<string, unknown>, omitEmptyValues } as const;
  expect(made(format)).toEqual([`${expected}\n`, "application/json"]);
});

test("the type of JSON may be another", () => {
  const format: BodyFormat = { kind: "json", value: {}, contentType: "application/problem+json" };
  expect(made(format)).toEqual(["{}\n", "application/problem+json"]);
});
