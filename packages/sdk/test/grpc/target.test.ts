import { expect, test } from "vitest";
import { readableOptions, readChannelOptions } from "../../src/grpc/channel-options.ts";
import { parseGrpcTarget } from "../../src/grpc/target.ts";

test.each([
  ["orders:50051", { kind: "name", authority: "orders:50051" }],
  ["orders", { kind: "name", authority: "orders" }],
  ["orders.shop.svc.cluster.local:80", { kind: "name", authority: "orders.shop.svc.cluster.local:80" }],
  ["127.0.0.1:50051", { kind: "name", authority: "127.0.0.1:50051" }],
  ["[::1]:50051", { kind: "name", authority: "[::1]:50051" }],
  ["dns:orders:50051", { kind: "name", authority: "orders:50051" }],
  ["dns:///orders:50051", { kind: "name", authority: "orders:50051" }],
  ["dns://8.8.8.8/orders:50051", { kind: "name", authority: "orders:50051" }],
  ["xds:///orders", { kind: "xds", authority: "orders" }],
  ["xds:orders", { kind: "xds", authority: "orders" }],
  ["xds://other-plane/orders", { kind: "foreign" }],
  ["unix:/run/a.sock", { kind: "foreign" }],
  ["unix:///run/a.sock", { kind: "foreign" }],
  ["ipv4:10.0.0.1:50051,10.0.0.2:50051", { kind: "foreign" }],
  ["ipv6:[::1]:50051", { kind: "foreign" }],
  ["consul:///orders", { kind: "foreign" }],
])("the target %s is %j", (target, expected) => {
  expect(parseGrpcTarget(target)).toEqual(expected);
});

test("options have grpc-js's defaults, and -1 is no limit", () => {
  expect(readChannelOptions({})).toMatchObject({
    encoding: "identity",
    maxSendBytes: Number.POSITIVE_INFINITY,
    maxReceiveBytes: 4 * 1024 * 1024,
    keepAlive: undefined,
    initialBackoffMs: 1_000,
    maxBackoffMs: 120_000,
  });
  expect(readChannelOptions({ "grpc.max_receive_message_length": -1 }).maxReceiveBytes).toBe(
    Number.POSITIVE_INFINITY,
  );
});

test("pings and names are read", () => {
  const options = {
    "grpc.keepalive_time_ms": 10_000,
    "grpc.keepalive_permit_without_calls": 1,
    "grpc.primary_user_agent": "shop/1",
    "grpc.secondary_user_agent": "late",
    "grpc.default_authority": "orders.test",
  };
  const settings = readChannelOptions(options);
  expect(settings).toMatchObject({
    authority: "orders.test",
    keepAlive: { intervalMs: 10_000, timeoutMs: 20_000, whenIdle: true },
  });
  expect(settings.userAgent).toMatch(/^shop\/1 grpc-node-dualmesh\/\S+ late$/);
});

test.each([
  ["grpc.max_receive_message_length", -2, "a number from -1, got -2"],
  ["grpc.max_send_message_length", "1", 'a number from -1, got "1"'],
  ["grpc.default_compression_algorithm", 3, "0 (identity), 1 (deflate) or 2 (gzip), got 3"],
  ["grpc.keepalive_timeout_ms", 0, "a number from 1, got 0"],
])("the option %s of %j is refused by name", (name, value, what) => {
  expect(() => readChannelOptions({ "grpc.keepalive_time_ms": 1, [name]: value })).toThrow(
    new RangeError(`grpc channel: ${name} must be ${what}`),
  );
});

test("options of an application that does not know of the mesh are taken as grpc-js takes them", () => {
  const read = readableOptions({
    "grpc.keepalive_time_ms": "20000",
    "grpc.keepalive_timeout_ms": 0,
    "grpc.default_compression_algorithm": 3,
    "grpc.max_receive_message_length": "much",
    "grpc.max_send_message_length": -1,
    "grpc.default_authority": "orders.test",
  });
  const settings = readChannelOptions(read);
  expect(settings).toMatchObject({
    authority: "orders.test",
    keepAlive: { intervalMs: 20_000, timeoutMs: 20_000 },
    encoding: "identity",
    maxReceiveBytes: 4_194_304,
    maxSendBytes: Number.POSITIVE_INFINITY,
  });
});
