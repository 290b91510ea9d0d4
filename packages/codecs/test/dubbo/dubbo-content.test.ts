import { expect, test } from "vitest";
import { createDubboContent, DUBBO_STATUS } from "../../src/dubbo/index.ts";
import { type HessianNotation, toNotation } from "../../src/explain/hessian-notation.ts";
import { DecodeError, HessianReader, java, throwable, toJavaError } from "../../src/hessian/index.ts";
import { dubboVectors } from "./dubbo-vectors.ts";

const HEAD_BYTES = 16;
const inHessian = dubboVectors.filter(({ frame }) => frame.body !== undefined);

test.each(inHessian)("$name: the body is what Java says it is", ({ wire, frame }) => {
  const reader = new HessianReader({ dialect: "4", exact: true }).begin(wire, HEAD_BYTES);
  const values: unknown[] = [];
  while (!reader.isAtEnd) values.push(reader.read());
  expect(toNotation(values)).toEqual(frame.body as readonly HessianNotation[]);
});

const calls = inHessian.filter(({ frame }) => frame.request && !frame.event);
const results = inHessian.filter(
  ({ frame }) => !frame.request && !frame.event && frame.status === DUBBO_STATUS.ok,
);

test("there are calls and results to look at", () => {
  expect(calls.length).toBeGreaterThan(20);
  expect(results.length).toBeGreaterThan(20);
});

test.each(calls)("$name is read as a call, and written again as the same", ({ wire }) => {
  const content = createDubboContent();
  const call = content.readRequest(wire.subarray(HEAD_BYTES));
  expect(content.readRequest(content.writeRequest(call))).toEqual(call);
});

test.each(results)("$name is read as a result, and written again as the same", ({ wire }) => {
  const content = createDubboContent();
  const result = content.readResponse(wire.subarray(HEAD_BYTES));
  expect(content.readResponse(content.writeResponse(result))).toEqual(result);
});

test("the bytes of a call of Java's own client are written to the byte", () => {
  const greet = calls.find(({ name }) => name.includes("hessian2: greet #4, from the client"));
  const body = greet?.wire.subarray(HEAD_BYTES) ?? Buffer.alloc(0);
  const content = createDubboContent();
  expect(content.writeRequest(content.readRequest(body), [java.string]).toString("hex")).toBe(
    body.toString("hex"),
  );
});

test("primitives and arrays count as one argument each", () => {
  const content = createDubboContent();
  const descriptor = "I[Ljava/lang/String;[[JLjava/util/Map;";
  const args = [1, ["a"], [[1n]], new Map([["k", 2]])];
  const types = [
    java.int,
    java.array(java.string),
    java.array(java.array(java.long)),
    java.map(java.string, java.any),
  ];
  const body = content.writeRequest({ service: "s", method: "m", descriptor, arguments: args }, types);
  expect(content.readRequest(body).arguments).toEqual(args);
});

test("a result is a value, null, or what was thrown, with attachments or without", () => {
  const content = createDubboContent();
  const attachments = new Map([["dubbo", "2.0.2"]]);
  for (const value of [0, false, "", 7]) {
    expect(content.readResponse(content.writeResponse({ value }))).toMatchObject({
      isException: false,
      value,
    });
  }
  const nothing = content.writeResponse({ value: null, attachments });
  expect(content.readResponse(nothing)).toEqual({ isException: false, value: null, attachments });
  const thrown = content.writeResponse({
    isException: true,
    value: throwable("com.example.GreeterException", "no"),
    attachments,
  });
  const { isException, value } = content.readResponse(thrown);
  expect(isException).toBe(true);
  expect(toJavaError(value)).toMatchObject({ message: "no" });
});

test.each([
  ["no method", "05322e302e3201734e4e00", "a call of no service or method"],
  ["an argument too few", "05322e302e3201734e016d0149", "5 values; expected 6 and the attachments"],
  ["a result of kind 9", "99", "a result of kind 9"],
  ["a value without a value", "91", "0 values behind kind 1; expected 1"],
])("%s is refused", (_name, hex, message) => {
  const content = createDubboContent();
  const body = Buffer.from(hex, "hex");
  const read = () => (message.includes("kind") ? content.readResponse(body) : content.readRequest(body));
  expect(read).toThrow(DecodeError);
  expect(read).toThrow(message);
});
