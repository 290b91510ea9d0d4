import { describe, expect, test } from "vitest";
import { type JavaClass, java } from "../../src/hessian/index.ts";
import { createTranslator, protoOf, type ServiceSchema } from "../../src/translate/index.ts";

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
