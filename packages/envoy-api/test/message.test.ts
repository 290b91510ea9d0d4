import {
  type Any,
  create,
  decode,
  durationFromMs,
  durationMs,
  isMessageName,
  isOfType,
  type Message,
  type MessageInit,
  ProtoError,
  packAny,
  TYPE_URL,
  timestampFromMs,
  timestampMs,
  typeNameOf,
  typeUrl,
  unpackAny,
  unpackAnyAs,
} from "@dualmesh/envoy-api";
import { describe, expect, expectTypeOf, test } from "vitest";

describe("the form of a message", () => {
  test("every property is there: defaults, empty lists and maps, undefined for what has presence", () => {
    expect(decode("envoy.config.endpoint.v3.ClusterLoadAssignment", new Uint8Array(0))).toStrictEqual({
      cluster_name: "",
      endpoints: [],
      policy: undefined,
      named_endpoints: new Map(),
    });
    expect(decode("envoy.config.core.v3.SocketAddress", new Uint8Array(0))).toStrictEqual({
      protocol: "TCP",
      address: "",
      port_value: undefined,
      named_port: undefined,
      resolver_name: "",
      ipv4_compat: false,
      network_namespace_filepath: "",
    });
  });

  test("types say the same", () => {
    type Assignment = Message<"envoy.config.endpoint.v3.ClusterLoadAssignment">;
    expectTypeOf<Assignment["cluster_name"]>().toEqualTypeOf<string>();
    expectTypeOf<Assignment["named_endpoints"]>().toEqualTypeOf<
      ReadonlyMap<string, Message<"envoy.config.endpoint.v3.Endpoint">>
    >();
    expectTypeOf<
      Message<"envoy.config.cluster.v3.Cluster">["per_connection_buffer_limit_bytes"]
    >().toEqualTypeOf<number | undefined>();
    expectTypeOf<Message<"google.protobuf.StringValue">>().toEqualTypeOf<string>();
    expectTypeOf<{ endpoints: [{ lb_endpoints: [object] }]; named_endpoints: { a: object } }>().toExtend<
      MessageInit<Assignment>
    >();
    expectTypeOf<{ cluster_name: number }>().not.toExtend<MessageInit<Assignment>>();
  });

  test("create gives a whole message that shares nothing with its argument", () => {
    const metadata = { a: { list: [1] } };
    const message = create("envoy.config.core.v3.Metadata", { filter_metadata: metadata });
    metadata.a.list.push(2);
    expect(message).toStrictEqual({
      filter_metadata: new Map([["a", { list: [1] }]]),
      typed_filter_metadata: new Map(),
    });
  });

  test("the name of a type comes from the program: an unknown one is a TypeError", () => {
    expect(() => decode("acme.Unknown" as "google.protobuf.Empty", new Uint8Array(0))).toThrow(TypeError);
  });
});

describe("Any", () => {
  const any: Any = packAny("envoy.config.core.v3.Locality", { zone: "a" });

  test("is packed and unpacked", () => {
    expect(any.type_url).toBe("type.googleapis.com/envoy.config.core.v3.Locality");
    const unpacked = unpackAny(any);
    expect(unpacked).toStrictEqual({
      type: "envoy.config.core.v3.Locality",
      message: { region: "", zone: "a", sub_zone: "" },
    });
  });

  test("asking for the type narrows the message", () => {
    const unpacked = unpackAny(any);
    const zone = isOfType(unpacked, "envoy.config.core.v3.Locality") ? unpacked.message.zone : undefined;
    expect(zone).toBe("a");
  });

  test("of another or an unknown type is refused where one is expected", () => {
    expect(unpackAnyAs("envoy.config.core.v3.Locality", any).zone).toBe("a");
    expect(() => unpackAnyAs("envoy.config.core.v3.Node", any)).toThrow(
      'Any holds "envoy.config.core.v3.Locality", expected envoy.config.core.v3.Node',
    );
    const unknown = { type_url: "x/acme.Unknown", value: new Uint8Array(0) };
    expect([typeNameOf(unknown), isMessageName(typeNameOf(unknown))]).toStrictEqual(["acme.Unknown", false]);
    expect(() => unpackAny(unknown)).toThrow(ProtoError);
  });

  test("a budget reaches the message inside", () => {
    expect(() => unpackAny(any, { maxBytes: 2 })).toThrow("3 bytes are over the limit of 2 bytes");
  });
});

describe("time", () => {
  test.each([
    [0, { seconds: 0, nanos: 0 }],
    [1500, { seconds: 1, nanos: 500_000_000 }],
    [0.000_001, { seconds: 0, nanos: 1 }],
    [-1500, { seconds: -1, nanos: -500_000_000 }],
    [999.999_999_9, { seconds: 1, nanos: 0 }],
    [-999.999_999_9, { seconds: -1, nanos: 0 }],
  ])("%d ms is a duration, and back", (ms, duration) => {
    expect(durationFromMs(ms)).toStrictEqual(duration);
    expect(durationMs(duration)).toBeCloseTo(ms, 5);
  });

  test.each([
    [0, { seconds: 0, nanos: 0 }],
    [1500, { seconds: 1, nanos: 500_000_000 }],
    [-1, { seconds: -1, nanos: 999_000_000 }],
  ])("%d ms since 1970 is a timestamp, and back", (ms, timestamp) => {
    expect(timestampFromMs(ms)).toStrictEqual(timestamp);
    expect(timestampMs(timestamp)).toBe(ms);
  });

  test("what is not finite is refused", () => {
    expect(() => durationFromMs(Number.NaN)).toThrow(RangeError);
    expect(() => timestampFromMs(Infinity)).toThrow(RangeError);
  });
});

test("every type URL is that of a known message", () => {
  const names = Object.values(TYPE_URL).map((url) => typeNameOf({ type_url: url, value: new Uint8Array(0) }));
  expect(names.every(isMessageName)).toBe(true);
  expect(typeUrl("envoy.config.cluster.v3.Cluster")).toBe(TYPE_URL.CDS);
});
