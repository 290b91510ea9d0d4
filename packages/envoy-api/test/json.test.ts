import {
  create,
  decode,
  encode,
  fromJson,
  isMessageName,
  type MessageName,
  packAny,
  parseJsonText,
  readJson,
  toJson,
} from "@dualmesh/envoy-api";
import { describe, expect, test } from "vitest";

const URL = "type.googleapis.com/";

describe("JSON is read by the rules of proto3", () => {
  test.each([
    ["google.protobuf.Duration", "1.5s", { seconds: 1, nanos: 500_000_000 }],
    ["google.protobuf.Duration", "-0.000000001s", { seconds: 0, nanos: -1 }],
    ["google.protobuf.Duration", "315576000000s", { seconds: 315_576_000_000, nanos: 0 }],
    ["google.protobuf.Timestamp", "1970-01-01T00:00:01.5Z", { seconds: 1, nanos: 500_000_000 }],
    ["google.protobuf.Timestamp", "1969-12-31T23:59:59.75Z", { seconds: -1, nanos: 750_000_000 }],
    ["google.protobuf.Timestamp", "2024-05-01T12:00:00+02:00", { seconds: 1_714_557_600, nanos: 0 }],
    ["google.protobuf.Timestamp", "0001-01-01T00:00:00Z", { seconds: -62_135_596_800, nanos: 0 }],
    [
      "google.protobuf.FieldMask",
      "name,loadAssignment.endpoints",
      { paths: ["name", "load_assignment.endpoints"] },
    ],
    ["google.protobuf.UInt32Value", 5, 5],
    ["google.protobuf.UInt32Value", "5", 5],
    ["google.protobuf.UInt32Value", 5.0, 5],
    ["google.protobuf.UInt32Value", { value: 5 }, 5],
    ["google.protobuf.BoolValue", { value: true }, true],
    ["google.protobuf.BoolValue", {}, false],
    ["google.protobuf.Int64Value", "9223372036854775807", 2n ** 63n - 1n],
    ["google.protobuf.Int64Value", "-5", -5],
    ["google.protobuf.UInt64Value", 2 ** 60, 2n ** 60n],
    ["google.protobuf.DoubleValue", "NaN", Number.NaN],
    ["google.protobuf.DoubleValue", "-Infinity", -Infinity],
    ["google.protobuf.DoubleValue", "1.5e3", 1500],
    ["google.protobuf.FloatValue", 0.1, Math.fround(0.1)],
    ["google.protobuf.BytesValue", "+/8=", Uint8Array.of(0xfb, 0xff)],
    ["google.protobuf.BytesValue", "-_8", Uint8Array.of(0xfb, 0xff)],
    ["google.protobuf.Value", null, null],
    ["google.protobuf.Value", [1, { a: null }], [1, { a: null }]],
    ["google.protobuf.Struct", { a: { b: [] } }, { a: { b: [] } }],
    ["google.protobuf.ListValue", ["x", null], ["x", null]],
    ["google.protobuf.Empty", {}, {}],
    ["google.protobuf.Any", {}, { type_url: "", value: new Uint8Array(0) }],
  ] as [MessageName, unknown, unknown][])("%s: %j", (name, json, message) => {
    expect(fromJson(name, json)).toStrictEqual(message);
  });

  test("names in either spelling, also with digits: accept_http_10 is acceptHttp10", () => {
    const name = "envoy.config.core.v3.Http1ProtocolOptions";
    const message = create(name, { accept_http_10: true, default_host_for_http_10: "a" });
    expect(fromJson(name, { accept_http_10: true, default_host_for_http_10: "a" })).toStrictEqual(message);
    expect(fromJson(name, { acceptHttp10: true, defaultHostForHttp10: "a" })).toStrictEqual(message);
    expect(toJson(name, message, { names: "json" })).toStrictEqual({
      acceptHttp10: true,
      defaultHostForHttp10: "a",
    });
  });

  test("enums by name or number; a number without a name stays one", () => {
    const read = (type: unknown): unknown => fromJson("envoy.config.cluster.v3.Cluster", { type }).type;
    expect([read("EDS"), read(3), read(99)]).toStrictEqual(["EDS", "EDS", 99]);
  });

  test("null is absent, except as a Value", () => {
    const message = fromJson("envoy.config.cluster.v3.Cluster", {
      name: null,
      metadata: null,
      lb_subset_config: null,
    });
    expect(message).toStrictEqual(create("envoy.config.cluster.v3.Cluster", {}));
    const pair = fromJson("envoy.config.core.v3.KeyValuePair", { key: null, value: null });
    expect(pair).toStrictEqual({ key: "", value: null });
    expect(toJson("envoy.config.core.v3.KeyValuePair", pair)).toStrictEqual({ value: null });
    expect(
      decode("envoy.config.core.v3.KeyValuePair", encode("envoy.config.core.v3.KeyValuePair", pair)),
    ).toStrictEqual(pair);
    expect(fromJson("envoy.config.core.v3.KeyValuePair", {}).value).toBeUndefined();
    expect(fromJson("google.protobuf.Struct", { a: null })).toStrictEqual({ a: null });
  });

  test("null does not occupy a oneof", () => {
    const read = fromJson("envoy.config.core.v3.DataSource", { filename: null, inline_string: "x" });
    expect(read).toMatchObject({ filename: undefined, inline_string: "x" });
  });

  test("wrappers are bare values, and absent ones stay apart from zero", () => {
    const cluster = fromJson("envoy.config.cluster.v3.Cluster", { per_connection_buffer_limit_bytes: 0 });
    expect(cluster.per_connection_buffer_limit_bytes).toBe(0);
    expect(fromJson("envoy.config.cluster.v3.Cluster", {}).per_connection_buffer_limit_bytes).toBeUndefined();
  });

  test("the content of a Struct is kept, whatever its keys", () => {
    const json = JSON.parse('{"filter_metadata": {"envoy.lb": {"__proto__": {"a": 1}, "Stage": "prod"}}}');
    const { filter_metadata: metadata } = fromJson("envoy.config.core.v3.Metadata", json);
    expect(JSON.stringify(metadata.get("envoy.lb"))).toBe('{"__proto__":{"a":1},"Stage":"prod"}');
  });

  test("maps have keys of their own kind", () => {
    const metadata = fromJson("envoy.config.core.v3.Metadata", { filter_metadata: { a: {} } });
    expect([...metadata.filter_metadata.keys()]).toStrictEqual(["a"]);
  });
});

describe("an Any is the message inside", () => {
  const router = "envoy.extensions.filters.http.router.v3.Router";
  const json = {
    name: "hcm",
    typed_config: {
      "@type": `${URL}envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
      http_filters: [
        { name: "router", typed_config: { "@type": URL + router, suppress_envoy_headers: true } },
      ],
    },
  };

  test("nested in each other, there and back", () => {
    const filter = fromJson("envoy.config.listener.v3.Filter", json);
    expect(toJson("envoy.config.listener.v3.Filter", filter)).toStrictEqual(json);
  });

  test("messages with a JSON of their own stand in value", () => {
    const any = fromJson("google.protobuf.Any", { "@type": `${URL}google.protobuf.Duration`, value: "2s" });
    expect(any).toStrictEqual(packAny("google.protobuf.Duration", { seconds: 2 }));
    expect(toJson("google.protobuf.Any", any)).toStrictEqual({
      "@type": `${URL}google.protobuf.Duration`,
      value: "2s",
    });
    const inner = { "@type": `${URL}google.protobuf.Struct`, value: { a: 1 } };
    const outer = { "@type": `${URL}google.protobuf.Any`, value: inner };
    expect(toJson("google.protobuf.Any", fromJson("google.protobuf.Any", outer))).toStrictEqual(outer);
  });

  test("the prefix of a type URL is kept as it came", () => {
    const any = fromJson("google.protobuf.Any", { "@type": `example.com/x/${router}` });
    expect(any).toStrictEqual({ type_url: `example.com/x/${router}`, value: new Uint8Array(0) });
  });

  test("unknown types and broken bytes are shown in base64", () => {
    const unknown = { type_url: `${URL}acme.Unknown`, value: Uint8Array.of(1, 2) };
    expect(toJson("google.protobuf.Any", unknown)).toStrictEqual({
      "@type": `${URL}acme.Unknown`,
      value: "AQI=",
    });
    const broken = { type_url: URL + router, value: Uint8Array.of(0xff) };
    expect(toJson("google.protobuf.Any", broken)).toStrictEqual({ "@type": URL + router, value: "/w==" });
  });

  test("Anys a thousand deep are shown as far as they go", () => {
    let any = packAny("google.protobuf.Duration", {});
    for (let depth = 0; depth < 1000; depth++) any = packAny("google.protobuf.Any", any);
    expect(JSON.stringify(toJson("google.protobuf.Any", any))).toContain('"value":"');
  });
});

describe("JSON is shown", () => {
  test("defaults are left out, or all shown if asked for", () => {
    const locality = create("envoy.config.core.v3.Locality", { zone: "a" });
    expect(toJson("envoy.config.core.v3.Locality", locality)).toStrictEqual({ zone: "a" });
    expect(
      toJson("envoy.config.core.v3.Locality", locality, { defaults: true, names: "json" }),
    ).toStrictEqual({
      region: "",
      zone: "a",
      subZone: "",
    });
  });

  test("partial messages are shown as whole ones", () => {
    const part = { name: "a", connect_timeout: { seconds: 1 }, type: 3 } as const;
    const json = { name: "a", connect_timeout: "1s", type: "EDS" };
    expect(toJson("envoy.config.cluster.v3.Cluster", part)).toStrictEqual(json);
  });

  test("64-bit integers are text, floats as short as they may be", () => {
    const value = toJson("google.protobuf.UInt64Value", 5);
    expect([value, toJson("google.protobuf.FloatValue", Math.fround(0.1))]).toStrictEqual(["5", 0.1]);
  });

  test.each([
    ["google.protobuf.Duration", { seconds: 1, nanos: -1 }],
    ["google.protobuf.Duration", { seconds: 0, nanos: 1e9 }],
    ["google.protobuf.Timestamp", { seconds: 1e12, nanos: 0 }],
    ["google.protobuf.FieldMask", { paths: ["fooBar"] }],
  ] as [MessageName, never][])("%s %j has no JSON", (name, message) => {
    expect(() => toJson(name, message)).toThrow();
  });
});

describe("JSON text", () => {
  test("integers beyond 2^53 are kept exactly", () => {
    const read = parseJsonText("google.protobuf.UInt64Value", "18446744073709551615");
    expect(read).toBe(18_446_744_073_709_551_615n);
  });

  test.each([
    '"\\u00e9\\n\\\\"',
    "[1,-0.5e3,true,false,null]",
    ' {"a":{"b":[]},"c":""} ',
    "\ufeff{}",
    "0",
    "[[],[{}]]",
  ])("is what JSON.parse makes of %s", (text) => {
    expect(readJson(text).value).toStrictEqual(JSON.parse(text.replace("\ufeff", "")));
  });

  test.each([
    "",
    "{",
    '{"a"}',
    '{"a":1,}',
    "[1,]",
    "[1 2]",
    "01",
    "1.",
    "+1",
    ".5",
    "tru",
    '"a',
    '"\t"',
    '"\\x"',
    "{a:1}",
    "1e999",
    "1 2",
    "'a'",
  ])("%j is refused", (text) => {
    expect(() => readJson(text)).toThrow();
  });

  test("very deep and very long text is refused, not crashed upon", () => {
    expect(() => readJson("[".repeat(1_000_000))).toThrow("nested more than 200 deep");
    expect(() => readJson(" ".repeat(11), { maxLength: 10 })).toThrow(
      "11 characters are over the limit of 10",
    );
    expect(() => parseJsonText("google.protobuf.Value", "[".repeat(150) + "]".repeat(150))).toThrow(
      "more than 100 deep",
    );
  });
});

test("an Any in JSON may be of every type that is known", () => {
  expect(isMessageName("envoy.config.bootstrap.v3.Bootstrap")).toBe(true);
  expect(isMessageName("acme.Unknown")).toBe(false);
});
