import { describe, expect, test } from "vitest";
import { comparePathTemplates, matchPath, parsePathTemplate } from "../../src/translate/path-template.ts";

function match(template: string, path: string): Record<string, string> | undefined {
  const values = matchPath(parsePathTemplate(template), path);
  return values && Object.fromEntries(values.map(([{ fields }, value]) => [fields.join("."), value]));
}

test.each([
  ["/v1/greet", "/v1/greet", {}],
  ["/v1/greet", "/v1/greet/", undefined],
  ["/v1/greet/{name}", "/v1/greet/world", { name: "world" }],
  ["/v1/greet/{name}", "/v1/greet/", undefined],
  ["/v1/greet/{name}", "/v1/greet/a/b", undefined],
  ["/v1/greet/{name}", "/v1/greet/a%2Fb%20c", { name: "a/b c" }],
  ["/v1/greet/{name}", "/v1/greet/%ff", undefined],
  ["/v1/{order.id=*}/lines/{line}", "/v1/7/lines/2", { "order.id": "7", line: "2" }],
  ["/v1/{name=shelves/*/books/*}", "/v1/shelves/s%201/books/b%2F2", { name: "shelves/s 1/books/b%2F2" }],
  ["/v1/{name=shelves/*/books/*}", "/v1/shelves/1/authors/2", undefined],
  ["/v1/{path=files/**}", "/v1/files", { path: "files" }],
  ["/v1/{path=files/**}", "/v1/files/a/b", { path: "files/a/b" }],
  ["/v1/{path=**}:download", "/v1/a/b:download", { path: "a/b" }],
  ["/v1/{path=**}:download", "/v1/a/b", undefined],
  ["/v1/*/x", "/v1/anything/x", {}],
  ["/v1/{name}:cancel", "/v1/a:b:cancel", { name: "a:b" }],
  ["/v1/{name}", "/v1/a:b", { name: "a:b" }],
  ["/v1/%7Euser", "/v1/~user", {}],
  ["/v1/x", "v1/x", undefined],
])("%s of %s", (template, path, values) => {
  expect(match(template, path)).toEqual(values);
});

test.each([
  ["v1", "it begins with no /"],
  ["/", '"" is no segment'],
  ["/v1//x", '"" is no segment'],
  ["/v1/{a", "a { is not closed"],
  ["/v1/{a={b}}", "a { is not closed, or stands in another"],
  ["/v1/{a}{b}", "a / is due behind"],
  ["/v1/x{a}", "is no segment"],
  ["/v1/{a.}", '"a." is no field'],
  ["/v1/{1a}", '"1a" is no field'],
  ["/v1/{a}/{a}", "a is given twice"],
  ["/v1/**/x", "** is not its last segment"],
  ["/v1/{a=**}/x", "** is not its last segment"],
  ["/v1/***", "is no segment"],
  ["/v1/x:", '":" is no verb'],
  ["/v1/a?b", "is no segment"],
])("%s is no template", (template, message) => {
  expect(() => parsePathTemplate(template)).toThrow(RangeError);
  expect(() => parsePathTemplate(template)).toThrow(message);
});

describe("of several templates", () => {
  test("words come before *, * before **, a verb before none", () => {
    const order = ["/v1/a:x", "/v1/a", "/v1/{b}:x", "/v1/{b}", "/v1/{c=**}"];
    const sorted = order.toReversed().map(parsePathTemplate).toSorted(comparePathTemplates);
    expect(sorted.map(({ text }) => text)).toEqual(order);
  });
});
