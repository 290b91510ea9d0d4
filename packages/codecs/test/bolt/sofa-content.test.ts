import { describe, expect, test } from "vitest";
import { createSofaContent, readBoltFrame, SOFA_CLASS } from "../../src/bolt/index.ts";
import type { HessianNotation } from "../../src/explain/hessian-notation.ts";
import { toNotation } from "../../src/explain/hessian-notation.ts";
import {
  DecodeError,
  HessianReader,
  JavaObject,
  java,
  throwable,
  toJavaError,
} from "../../src/hessian/index.ts";
import { decodeLimits } from "../../src/limits/decode-limits.ts";
import { boltVectors } from "./bolt-vectors.ts";

type Content = { readonly content?: readonly HessianNotation[] };
const withContent = boltVectors
  .map((vector) => ({ ...vector, content: (vector.frame as Content).content }))
  .filter(({ content }) => content !== undefined);
const contentOf = (wire: Buffer): Buffer => readBoltFrame(wire, decodeLimits()).body;

test.each(withContent)("$name: the content is what Java says it is", ({ wire, content }) => {
  const reader = new HessianReader({ dialect: "3", exact: true }).begin(contentOf(wire));
  const values: unknown[] = [];
  while (!reader.isAtEnd) values.push(reader.read());
  expect(toNotation(values)).toEqual(content);
});

const requests = withContent.filter(({ frame }) => frame.class === SOFA_CLASS.request);
const responses = withContent.filter(({ frame }) => frame.class === SOFA_CLASS.response);

test("there are requests and responses to look at", () => {
  expect(requests.length).toBeGreaterThan(20);
  expect(responses.length).toBeGreaterThan(20);
});

test.each(requests)("$name is read as a call, and written again as the same", ({ wire, frame }) => {
  const content = createSofaContent();
  const call = content.readRequest(contentOf(wire));
  expect(call.method).toBe(
    frame.header.find(([name]) => name === "sofa_head_method_name")?.[1] ?? call.method,
  );
  expect(call.arguments).toHaveLength(call.argumentTypes.length);
  const again = content.readRequest(content.writeRequest(call));
  expect(again).toEqual(call);
});

test.each(responses)("$name is read as a result, and written again as the same", ({ wire }) => {
  const content = createSofaContent();
  const result = content.readResponse(contentOf(wire));
  expect(content.readResponse(content.writeResponse(result))).toEqual(result);
});

test("the bytes of a call of Java's own client are written to the byte", () => {
  const greet = requests.find(({ name }) => name.includes("bolt v1: greet, from the client"));
  const bytes = contentOf(greet?.wire ?? Buffer.alloc(0));
  const content = createSofaContent();
  const call = content.readRequest(bytes);
  expect(content.writeRequest(call, [java.string]).toString("hex")).toBe(bytes.toString("hex"));
});

describe("what a method does", () => {
  const content = createSofaContent();

  test("is its value, by its type", () => {
    const bytes = content.writeResponse({ value: 7 }, java.long as never);
    expect(content.readResponse(bytes)).toEqual({ errorMessage: null, value: 7n, props: null });
  });

  test("or what it threw", () => {
    const thrown = throwable("com.example.GreeterException", "no such luck", { fields: { code: 42 } });
    const { errorMessage, value } = content.readResponse(content.writeResponse({ value: thrown }));
    expect(errorMessage).toBeNull();
    expect(toJavaError(value)).toMatchObject({ className: "com.example.GreeterException" });
  });

  test("or why there is no such method", () => {
    const bytes = content.writeResponse({ errorMessage: "no method", value: null });
    expect(content.readResponse(bytes)).toMatchObject({ errorMessage: "no method", value: null });
  });
});

test.each([
  [
    "a string",
    (value: ReturnType<typeof createSofaContent>) => value.hessian.encode("x"),
    "is no SofaRequest",
  ],
  [
    "fewer arguments than types",
    (value: ReturnType<typeof createSofaContent>) =>
      value.writeRequest({ service: "s", method: "m", argumentTypes: ["int", "int"], arguments: [1] }),
    "1 arguments for 2 types",
  ],
  [
    "a SofaRequest of another's fields",
    (value: ReturnType<typeof createSofaContent>) =>
      value.hessian.encode(JavaObject.of(SOFA_CLASS.request, [["methodName", 5]])),
    "methodName: expected string, got 5",
  ],
])("%s is no call", (_what, bytes, message) => {
  const content = createSofaContent();
  expect(() => content.readRequest(bytes(content))).toThrow(DecodeError);
  expect(() => content.readRequest(bytes(content))).toThrow(message);
});
