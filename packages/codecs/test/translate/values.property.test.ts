import * as fc from "fast-check";
import protobuf from "protobufjs";
import { expect, test } from "vitest";
import { createHessian, DecodeError, type JavaType } from "../../src/hessian/index.ts";
import { decodeLimits } from "../../src/limits/decode-limits.ts";
import { compileService } from "../../src/translate/compiled-service.ts";
import { protoOf, readJson, TranslateError, writeJson } from "../../src/translate/index.ts";
import { readProto } from "../../src/translate/proto-reader.ts";
import { writeProto } from "../../src/translate/proto-writer.ts";
import { ValuePath } from "../../src/translate/value-path.ts";
import { type TypedValues, typedValues } from "./arbitrary-types.ts";

const limits = decodeLimits();
const path = () => new ValuePath("protobuf", limits);

const valueOfType = typedValues.chain((typed) => typed.values.map((value) => ({ typed, value })));

function schemaOf({ type }: TypedValues) {
  return { service: "com.example.Greeter", methods: { call: { args: { value: type }, returns: type } } };
}

test("a value is itself again when it was JSON, Protocol Buffers and Hessian", () => {
  fc.assert(
    fc.property(valueOfType, ({ typed, value }) => {
      const type = typed.type as JavaType<unknown>;
      const fromJson = readJson(writeJson(value, type), type);
      expect(fromJson).toEqual(value);
      const [method] = compileService(schemaOf(typed)).methods;
      if (method === undefined) throw new Error("no method");
      const bytes = writeProto(method.request, { value: fromJson }, path());
      const { value: fromProto } = readProto(method.request, bytes, path()) as { value: unknown };
      expect(fromProto).toEqual(value);
      const hessian = createHessian({ dialect: "3", classes: type.uses() });
      expect(normal(hessian.decode(hessian.encode(fromProto, type), type))).toEqual(normal(value));
    }),
    { numRuns: 300 },
  );
});

/** Java has no -0, and NaNs are all one; of maps and sets the order does not matter. */
function normal(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === "bigint") return `${each}n`;
    if (each instanceof Map || each instanceof Set) return [...each].map(normal).sort();
    return Object.is(each, -0) ? 0 : each;
  });
}

test("protobufjs reads and writes the same bytes by the printed schema", () => {
  fc.assert(
    fc.property(valueOfType, ({ typed, value }) => {
      const schema = schemaOf(typed);
      const [method] = compileService(schema).methods;
      if (method === undefined) throw new Error("no method");
      const root = protobuf.parse(protoOf(schema), { keepCase: true }).root;
      root.addJSON(protobuf.common.get("google/protobuf/timestamp.proto")?.nested ?? {});
      root.addJSON(protobuf.common.get("google/protobuf/struct.proto")?.nested ?? {});
      const theirs = root.lookupType("com.example.CallRequest");
      const bytes = writeProto(method.request, { value }, path());
      const again = theirs.encode(theirs.decode(bytes)).finish();
      // Theirs are objects, whose keys have an order of their own.
      if (!protoOf(schema).includes("map<"))
        expect(Buffer.from(again).toString("hex")).toBe(bytes.toString("hex"));
      const mine = readProto(method.request, Buffer.from(again), path());
      expect(normal(mine)).toEqual(normal(readProto(method.request, bytes, path())));
    }),
    { numRuns: 150 },
  );
});

test("whatever bytes and whatever JSON come, errors have a code", () => {
  fc.assert(
    fc.property(
      typedValues,
      fc.uint8Array({ maxLength: 60 }),
      fc.json({ maxDepth: 4 }),
      (typed, bytes, json) => {
        const [method] = compileService(schemaOf(typed)).methods;
        if (method === undefined) throw new Error("no method");
        for (const read of [
          () => readProto(method.request, Buffer.from(bytes), path()),
          () => readJson(json, typed.type as JavaType<unknown>),
        ]) {
          try {
            read();
          } catch (error) {
            if (!(error instanceof TranslateError || error instanceof DecodeError)) throw error;
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});
