import { DocumentError, fromJson, type MessageName, type Problem, parseJsonText } from "@dualmesh/envoy-api";
import { describe, expect, test } from "vitest";

function problemsOf(read: () => unknown): readonly Problem[] {
  try {
    read();
  } catch (error) {
    if (error instanceof DocumentError) return error.problems;
    throw error;
  }
  return [];
}

describe("what proto3 JSON does not allow is a problem, never dropped", () => {
  test.each([
    [
      "envoy.config.listener.v3.Listener",
      { adress: {} },
      'adress: unknown field of envoy.config.listener.v3.Listener (did you mean "address"?)',
    ],
    [
      "envoy.config.cluster.v3.Cluster",
      { nothingLikeIt: 1 },
      "nothingLikeIt: unknown field of envoy.config.cluster.v3.Cluster",
    ],
    [
      "envoy.config.cluster.v3.Cluster",
      { lb_policy: "ROUND_ROBBIN" },
      'lb_policy: "ROUND_ROBBIN" is not a value of envoy.config.cluster.v3.Cluster.LbPolicy (did you mean "ROUND_ROBIN"?)',
    ],
    [
      "envoy.config.core.v3.SocketAddress",
      { protocol: "X" },
      'protocol: "X" is not a value of envoy.config.core.v3.SocketAddress.Protocol (one of TCP, UDP)',
    ],
    ["envoy.config.core.v3.SocketAddress", { protocol: 1.5 }, "protocol: expected the name of a value of"],
    [
      "envoy.config.core.v3.SocketAddress",
      { port_value: 1, named_port: "x" },
      'named_port: "port_value" is given too, and oneof port_specifier holds one of them',
    ],
    [
      "envoy.config.core.v3.SocketAddress",
      { port_value: "http" },
      'port_value: expected an integer, found "http"',
    ],
    ["envoy.config.core.v3.SocketAddress", { port_value: 1.5 }, "port_value: expected an integer, found 1.5"],
    [
      "envoy.config.core.v3.SocketAddress",
      { port_value: -1 },
      "port_value: -1 is out of range: from 0 to 4294967295",
    ],
    ["envoy.config.core.v3.SocketAddress", { port_value: " 1" }, "port_value: expected an integer"],
    ["envoy.config.core.v3.SocketAddress", { address: 10 }, "address: expected text, found 10 (quote it)"],
    ["envoy.config.core.v3.SocketAddress", { address: "\ud800" }, "address: expected text"],
    [
      "envoy.config.core.v3.SocketAddress",
      { ipv4_compat: "true" },
      'ipv4_compat: expected true or false, found "true"',
    ],
    [
      "envoy.config.core.v3.SocketAddress",
      { portValue: 1, port_value: 2 },
      'port_value: the same field as "portValue", which is given too',
    ],
    [
      "envoy.config.cluster.v3.Cluster",
      { connect_timeout: 1 },
      'connect_timeout: expected a duration like "1.5s", found 1',
    ],
    ["envoy.config.cluster.v3.Cluster", { connect_timeout: "1m" }, "connect_timeout: expected a duration"],
    [
      "envoy.config.cluster.v3.Cluster",
      { connect_timeout: "315576000001s" },
      "connect_timeout: expected a duration",
    ],
    [
      "envoy.config.cluster.v3.Cluster",
      { connect_timeout: { seconds: 1 } },
      'connect_timeout: expected a duration like "1.5s", found an object',
    ],
    [
      "envoy.config.cluster.v3.Cluster",
      { per_connection_buffer_limit_bytes: [1] },
      "per_connection_buffer_limit_bytes: expected an integer, found a list",
    ],
    ["envoy.config.cluster.v3.Cluster", { filters: {} }, "filters: expected a list, found an object"],
    ["envoy.config.cluster.v3.Cluster", { filters: [null] }, "filters[0]: a list has no null"],
    [
      "envoy.config.cluster.v3.Cluster",
      { metadata: "x" },
      'metadata: expected an object (envoy.config.core.v3.Metadata), found "x"',
    ],
    [
      "envoy.config.core.v3.Metadata",
      { filter_metadata: { "envoy.lb": 1 } },
      'filter_metadata["envoy.lb"]: expected an object, found 1',
    ],
    [
      "envoy.config.core.v3.Metadata",
      { filter_metadata: { a: null } },
      "filter_metadata.a: a map has no null",
    ],
    [
      "envoy.config.core.v3.Metadata",
      { filter_metadata: [] },
      "filter_metadata: expected an object, found a list",
    ],
    ["google.protobuf.Any", { type: "x" }, 'an Any needs its type, "@type"'],
    ["google.protobuf.Any", { "@type": "envoy.config.core.v3.Address" }, "a type URL has a slash"],
    [
      "google.protobuf.Any",
      { "@type": "t/envoy.config.core.v3.Adress" },
      '(did you mean "envoy.config.core.v3.Address"?)',
    ],
    [
      "google.protobuf.Any",
      { "@type": "t/google.protobuf.Duration", value: "1s", x: 1 },
      'x: unknown field: an Any of google.protobuf.Duration has only "value"',
    ],
    ["google.protobuf.Any", { "@type": "t/google.protobuf.Duration" }, "value: expected a duration"],
    ["google.protobuf.BytesValue", "a b", 'expected base64, found "a b"'],
    ["google.protobuf.BytesValue", "abcde", "base64 of impossible length 5"],
    ["google.protobuf.FloatValue", 1e39, "1e+39 is out of range of a float"],
    ["google.protobuf.DoubleValue", "nan", 'expected a number, found "nan"'],
    ["google.protobuf.DoubleValue", "1e999", "expected a number"],
    [
      "google.protobuf.Int64Value",
      "9223372036854775808",
      "is out of range: from -9223372036854775808 to 9223372036854775807",
    ],
    ["google.protobuf.Int32Value", null, "expected an integer, found null"],
    ["google.protobuf.Timestamp", "2024-02-30T00:00:00Z", "expected a time"],
    ["google.protobuf.Timestamp", "2024-02-01T00:00:00", "expected a time"],
    ["google.protobuf.Timestamp", "0001-01-01T00:00:00+01:00", "expected a time"],
    ["google.protobuf.FieldMask", "foo_bar", "expected a field mask"],
    ["google.protobuf.Struct", [], "expected an object, found a list"],
    ["google.protobuf.ListValue", {}, "expected a list, found an object"],
    ["google.protobuf.Struct", { a: () => 1 }, "a: function is not a JSON value"],
    ["envoy.config.core.v3.Address", [], "expected an object (envoy.config.core.v3.Address), found a list"],
  ] as [MessageName, unknown, string][])("%s %j", (name, value, sentence) => {
    const problems = problemsOf(() => fromJson(name, value));
    expect(problems).toHaveLength(1);
    expect(`${problems[0]?.path}${problems[0]?.path === "" ? "" : ": "}${problems[0]?.message}`).toContain(
      sentence,
    );
  });
});

test("all problems of a document are reported, in the order of its lines", () => {
  const text = `{
  "name": "a", "nme": 1,
  "typed_extension_protocol_options": {
    "x": {"@type": "type.googleapis.com/envoy.config.core.v3.SocketAddress", "port_value": "x", "porto": 1}
  },
  "name": "b",
  "filters": [{"name": 5}, {"name": "ok"}, 7]
}`;
  const read = (): unknown => parseJsonText("envoy.config.cluster.v3.Cluster", text, { file: "c.json" });
  expect(
    problemsOf(read).map((problem) => `${problem.line}:${problem.column} ${problem.path}`),
  ).toStrictEqual([
    "2:16 nme",
    "4:92 typed_extension_protocol_options.x.port_value",
    "4:97 typed_extension_protocol_options.x.porto",
    "6:3 name",
    "7:24 filters[0].name",
    "7:44 filters[2]",
  ]);
  expect(read).toThrow(/^c\.json:2:16: nme: unknown field of envoy\.config\.cluster\.v3\.Cluster/);
});

test("a hundred problems are enough", () => {
  const value = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`x${at}`, at]));
  expect(problemsOf(() => fromJson("envoy.config.core.v3.Address", value))).toHaveLength(100);
});

test("an object inside itself ends as a problem", () => {
  const value: Record<string, unknown> = {};
  value["a"] = value;
  expect(problemsOf(() => fromJson("google.protobuf.Struct", value))[0]?.message).toBe(
    "nested more than 100 deep",
  );
});
