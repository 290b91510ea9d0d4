import { describe, expect, test } from "vitest";
import { ask } from "../ask.ts";
import { ordersHost, outboundListener, staticPlane } from "../static-plane.ts";

const contentType = (value: string, action = "OVERWRITE_IF_EXISTS_OR_ADD"): object => ({
  response_headers_to_add: [{ header: { key: "content-type", value }, append_action: action }],
});
const text = (inline: string, more: object = {}): object => ({
  body_format: { text_format_source: { inline_string: inline }, ...more },
});
const BODY = { body: { inline_string: "held" } };

async function answered(direct: object, more: object = {}, request: object = {}) {
  const route = { match: { prefix: "/" }, direct_response: { status: 200, ...direct }, ...more };
  await using plane = await staticPlane({ listeners: [outboundListener([ordersHost([route])])] });
  return ask(plane, { path: "/p?q=1", headers: { "x-name": "ann" }, ...request });
}

// As Envoy 1.40 answered them.
describe("the type of a direct response", () => {
  test.each<[object, object, string | undefined]>([
    [BODY, {}, "text/plain"],
    [{}, {}, undefined],
    [BODY, contentType("a/b"), "a/b"],
    [BODY, contentType("a/b", "APPEND_IF_EXISTS_OR_ADD"), "a/b"],
    [BODY, contentType("a/b", "ADD_IF_ABSENT"), "a/b"],
    [BODY, { response_headers_to_remove: ["content-type"] }, "text/plain"],
    [{}, contentType("a/b"), undefined],
    [text("x"), contentType("a/b"), "a/b"],
    [text("x", { content_type: "text/html" }), {}, "text/html"],
    [text("x", { content_type: "text/html" }), contentType("a/b"), "text/html"],
    [{ body_format: { json_format: {} } }, contentType("a/b"), "application/json"],
    [{ body_format: { json_format: {}, content_type: "c/d" } }, contentType("a/b"), "c/d"],
    [text("%REQ(x-nope)%", { omit_empty_values: true, content_type: "c/d" }), {}, undefined],
  ])("of %j on a route with %j is %s", async (direct, more, expected) => {
    const { headers } = await answered(direct, more);
    expect(headers.getAll("content-type")).toEqual(expected === undefined ? [] : [expected]);
  });
});

test.each<[object, string]>([
  [{ ...BODY, ...text("<%LOCAL_REPLY_BODY%>") }, "<held>"],
  [text("%RESPONSE_CODE% %RESPONSE_CODE_DETAILS% %RESPONSE_FLAGS%"), "0 - -"],
  [text("%REQ(x-name)% %REQ(x-added)% %RESP(x-added)%"), "ann - -"],
  [{ body_format: { text_format: "older %REQ(x-name)%" } }, "older ann"],
  [{ body_format: { json_format: { n: "%REQ(x-name)%", c: "%RESPONSE_CODE%" } } }, '{"c":0,"n":"ann"}\n'],
])("%j is answered %j: the route's headers come after the body", async (direct, expected) => {
  const add = [{ header: { key: "x-added", value: "1" } }];
  const got = await answered(direct, { request_headers_to_add: add, response_headers_to_add: add });
  expect(got.text).toBe(expected);
});

test("bytes that are no text are answered as they are", async () => {
  const got = await answered({ body: { inline_bytes: "/wBB" } });
  expect(got.headers.get("content-length")).toBe("3");
});

test.each([
  [200, undefined],
  [201, "http://orders.test/p?q=1"],
  [202, undefined],
  [300, "http://orders.test/p?q=1"],
  [304, "http://orders.test/p?q=1"],
  [399, "http://orders.test/p?q=1"],
  [400, undefined],
])("a direct response with status %i is found at %s", async (status, expected) => {
  expect((await answered({ status })).headers.get("location")).toBe(expected);
});

test("the route's own word of where it is wins", async () => {
  const header = { key: "location", value: "/x" };
  const over = [{ header, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" }];
  expect(
    (await answered({ status: 301 }, { response_headers_to_add: over })).headers.getAll("location"),
  ).toEqual(["/x"]);
  const beside = await answered({ status: 301 }, { response_headers_to_add: [{ header }] });
  expect(beside.headers.getAll("location")).toEqual(["http://orders.test/p?q=1,/x"]);
});
