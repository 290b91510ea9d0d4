import { expect, test } from "vitest";
import { parseWorkload } from "../../src/workload/parse-workload.ts";

const address = { address: "10.0.0.1", port: 80 };

test("a registration needs an address and a port; the rest has defaults", () => {
  expect(parseWorkload({ addresses: [address] })).toEqual({
    leaseMs: 10_000,
    addresses: [
      {
        address: "10.0.0.1",
        port: 80,
        priority: 0,
        weight: 1,
        hostname: "",
        locality: { region: "", zone: "", subZone: "" },
        metadata: {},
      },
    ],
  });
});

test("a registration may state everything", () => {
  const full = {
    address: "::1",
    port: 65_535,
    priority: 1,
    weight: 3,
    hostname: "orders.test",
    locality: { region: "eu", zone: "eu-1", sub_zone: "a" },
    metadata: { "envoy.lb": { version: "v2" } },
  };
  const { addresses, leaseMs } = parseWorkload({ addresses: [full], leaseMs: 600_000 });
  expect(leaseMs).toBe(600_000);
  expect(addresses).toEqual([{ ...full, locality: { region: "eu", zone: "eu-1", subZone: "a" } }]);
});

test.each<[string, unknown, RegExp]>([
  ["no object", [], /body: expected an object, got \[\]/],
  ["null", null, /body: expected an object, got null/],
  ["no addresses", {}, /addresses: expected a list of 1 to 16 addresses, got nothing/],
  ["an empty list", { addresses: [] }, /addresses: expected a list of 1 to 16 addresses, got \[\]/],
  ["too many", { addresses: Array(17).fill(address) }, /addresses: expected a list of 1 to 16/],
  [
    "an unknown field",
    { addresses: [address], lease: 1 },
    /body: unknown field "lease"; known are addresses, leaseMs/,
  ],
  ["__proto__", JSON.parse('{"__proto__": {"addresses": []}}'), /body: unknown field "__proto__"/],
  [
    "a host name",
    { addresses: [{ ...address, address: "orders" }] },
    /addresses\[0\]\.address: expected an IPv4 or/,
  ],
  [
    "an address of no host",
    { addresses: [{ ...address, address: "0.0.0.0" }] },
    /address: expected an address that others can connect to, got "0\.0\.0\.0"/,
  ],
  [
    "half a character",
    { addresses: [{ ...address, hostname: "\ud800" }] },
    /addresses\[0\]: expected what protobuf can carry: /,
  ],
  [
    "metadata without a bottom",
    JSON.parse(
      `{"addresses":[{"address":"10.0.0.1","port":1,"metadata":{"a":{"a":${"[".repeat(4_000)}${"]".repeat(4_000)}}}}]}`,
    ),
    /addresses\[0\]: expected what protobuf can carry: /,
  ],
  ["port 0", { addresses: [{ ...address, port: 0 }] }, /port: expected an integer from 1 to 65535, got 0/],
  ["a port as text", { addresses: [{ ...address, port: "80" }] }, /port: expected an integer .* got "80"/],
  [
    "weight 0",
    { addresses: [{ ...address, weight: 0 }] },
    /weight: expected an integer from 1 to 65535, got 0/,
  ],
  [
    "half a priority",
    { addresses: [{ ...address, priority: 0.5 }] },
    /priority: expected an integer from 0 to 128/,
  ],
  [
    "an unknown locality field",
    { addresses: [{ ...address, locality: { subZone: "" } }] },
    /known are region, zone, sub_zone/,
  ],
  [
    "flat metadata",
    { addresses: [{ ...address, metadata: { version: "v1" } }] },
    /metadata\["version"\]: expected an object/,
  ],
  [
    "one address twice",
    { addresses: [address, address] },
    /addresses\[1\]: expected each address and port once/,
  ],
  [
    "a lease too short",
    { addresses: [address], leaseMs: 999 },
    /leaseMs: expected an integer from 1000 to 600000, got 999/,
  ],
  [
    "a lease too long",
    { addresses: [address], leaseMs: 600_001 },
    /leaseMs: expected an integer from 1000 to 600000/,
  ],
])("a registration with %s is refused by name", (_what, body, message) => {
  expect(() => parseWorkload(body)).toThrow(message);
});

test("a refusal does not repeat a megabyte", () => {
  const huge = { addresses: [{ ...address, port: "9".repeat(1_000_000) }] };
  expect(() => parseWorkload(huge)).toThrow(/^.{0,200}$/);
});
