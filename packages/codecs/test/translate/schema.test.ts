import { describe, expect, test } from "vitest";
import { createDubboContent } from "../../src/dubbo/index.ts";
import { type JavaClass, java } from "../../src/hessian/index.ts";
import { createTranslator, protoOf, type ServiceSchema } from "../../src/translate/index.ts";
import { request } from "./orders.ts";

describe("a schema", () => {
  const greet = { args: { name: java.string } };
  test.each<[string, ServiceSchema, string]>([
    ["no interface", { service: "a b", methods: {} }, '"a b" is no name of an interface'],
    ["no method", { service: "A", methods: { "a-b": {} } }, '"a-b" is no name of a method'],
    [
      "two messages of one name",
      { service: "A", methods: { a: {}, A: {} } },
      "two messages are named ARequest",
    ],
    [
      "a key that Protocol Buffers do not have",
      { service: "A", methods: { a: { args: { m: java.map(java.double, java.int) } } } },
      "has no keys of double",
    ],
    [
      "two fields of one name",
      { service: "A", methods: { a: { args: { a$: java.int, a_: java.int } } } },
      "two fields of ARequest are named a_",
    ],
    [
      "names beside named args",
      { service: "A", methods: { a: { ...greet, names: ["name"] } } },
      "A: a has names beside args that have theirs",
    ],
    [
      "another number of names",
      { service: "A", methods: { a: { args: [java.string], names: [] } } },
      "A: a has 0 names for 1 args",
    ],
    [
      "another number of types",
      { service: "A", methods: { a: { ...greet, types: [] } } },
      "A: a has 0 types for 1 args",
    ],
    [
      "two args of one name",
      { service: "A", methods: { a: { args: [java.int, java.int], names: ["b", "b"] } } },
      "A: a has two args of one name: b, b",
    ],
    [
      "a rule of two verbs",
      { service: "A", methods: { a: { http: { get: "/a", post: "/a" } } } },
      "2 verbs; expected 1",
    ],
    [
      "a rule of an unknown word",
      { service: "A", methods: { a: { http: { get: "/a", boby: "*" } as never } } },
      'nobody knows "boby"',
    ],
    [
      "a path of an unknown argument",
      { service: "A", methods: { a: { ...greet, http: { get: "/a/{nme}" } } } },
      "there is no nme",
    ],
    [
      "a path of a list",
      { service: "A", methods: { a: { args: { l: java.list(java.int) }, http: { get: "/a/{l}" } } } },
      "which no path can say",
    ],
    [
      "a body that is no argument",
      { service: "A", methods: { a: { http: { put: "/a", body: "x" } } } },
      'it has no argument "x"',
    ],
    [
      "one path for two methods",
      {
        service: "A",
        methods: { a: { http: { get: "/x/*" } }, b: { ...greet, http: { get: "/x/{name}" } } },
      },
      "two methods have GET",
    ],
    [
      "nested bindings",
      {
        service: "A",
        methods: {
          a: { http: { get: "/a", additional_bindings: [{ get: "/b", additional_bindings: [] }] } },
        },
      },
      "stand in others",
    ],
  ])("with %s is refused", (_, bad, message) => {
    expect(() => createTranslator(bad, { target: "bolt" })).toThrow(RangeError);
    expect(() => createTranslator(bad, { target: "bolt" })).toThrow(message);
  });
});

test("a schema of types alone, as they are generated: names beside them or none, and the types that Java declares", () => {
  const service = "com.example.Orders";
  const generated = {
    service,
    methods: {
      find: { args: [java.long, java.string], returns: java.string },
      find$1: {
        javaName: "find",
        args: [java.list(java.long)],
        names: ["ids"],
        types: ["java.util.Collection"],
        returns: java.list(java.string),
      },
    },
  } as const;
  const translator = createTranslator({ ...generated, version: "2.0" }, { target: "dubbo" });
  const call = (method: string, args: object) => {
    const translated = translator.fromHttp(request("POST", `/${service}/${method}`, args));
    if (translated.kind !== "call") throw new Error(translated.message);
    return createDubboContent().readRequest(Buffer.concat(translated.message.bytes).subarray(16));
  };
  expect(call("find", { arg0: "7", arg1: "a" })).toMatchObject({
    version: "2.0",
    method: "find",
    descriptor: "JLjava/lang/String;",
    arguments: [7n, "a"],
  });
  expect(call("find$1", { ids: ["8"] })).toMatchObject({
    method: "find",
    descriptor: "Ljava/util/Collection;",
    arguments: [[8n]],
  });
  expect(protoOf(generated)).toContain("repeated int64 ids = 1;");
});

test("a schema is printed whole: keywords of presence, enums, messages around lists, names that JSON would not make", () => {
  const Color = java.enum("com.example.Color", ["RED", "darkBlue"]);
  interface Node {
    next: Node | null;
    my_name: string | null;
  }
  const Node: JavaClass<Node> = java.class("com.other.Outer$Node", () => ({
    next: Node,
    my_name: java.string,
  }));
  const text = protoOf({
    service: "com.example.Shapes",
    methods: {
      draw: {
        args: {
          color: Color,
          node: Node,
          grid: java.list(java.list(java.int)),
          sizes: java.map(java.string, java.boxed(java.double)),
          at: java.date,
          extra: java.any,
          count: java.boxed(java.int),
        },
      },
    },
  });
  expect(text).toBe(`syntax = "proto3";

package com.example;

import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";

service Shapes {
  rpc draw (DrawRequest) returns (DrawResponse);
}

message DrawRequest {
  Color color = 1;
  Outer_Node node = 2;
  repeated Int32List grid = 3;
  map<string, double> sizes = 4;
  google.protobuf.Timestamp at = 5;
  google.protobuf.Value extra = 6;
  optional int32 count = 7;
}

message Outer_Node {
  Outer_Node next = 1;
  optional string my_name = 2 [json_name = "my_name"];
}

message Int32List {
  repeated int32 items = 1;
}

message DrawResponse {
}

enum Color {
  COLOR_UNSPECIFIED = 0;
  COLOR_RED = 1;
  COLOR_darkBlue = 2;
}
`);
});
