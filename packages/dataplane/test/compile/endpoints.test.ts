import { expect, test } from "vitest";
import { compiled, problems } from "./compile-json.ts";

interface Given {
  readonly address?: object;
  readonly status?: string;
  readonly weight?: number;
  readonly hostname?: string;
}

function endpoint({ address, status, weight, hostname }: Given): object {
  return {
    endpoint: {
      address: address ?? { socket_address: { address: "10.0.0.1", port_value: 80 } },
      ...(hostname === undefined ? {} : { hostname }),
    },
    ...(status === undefined ? {} : { health_status: status }),
    ...(weight === undefined ? {} : { load_balancing_weight: weight }),
  };
}

function assignment(...localities: object[]): object {
  return { cluster_name: "orders", endpoints: localities };
}

const at = (address: string, port_value = 80): object => ({ socket_address: { address, port_value } });

test("endpoints carry address, weight, health, priority and locality", () => {
  const json = assignment(
    {
      locality: { region: "eu", zone: "a", sub_zone: "1" },
      lb_endpoints: [endpoint({ weight: 3, hostname: "one.test" })],
    },
    { priority: 1, lb_endpoints: [endpoint({ address: { pipe: { path: "/run/two.sock" } } })] },
  );
  expect(compiled("endpoints", json)).toMatchObject({
    name: "orders",
    overprovisioningFactorPercent: undefined,
    endpoints: [
      {
        key: "10.0.0.1:80",
        address: { kind: "tcp", host: "10.0.0.1", port: 80 },
        hostname: "one.test",
        weight: 3,
        health: "healthy",
        priority: 0,
        locality: "eu/a/1",
      },
      {
        key: "/run/two.sock",
        address: { kind: "pipe", path: "/run/two.sock" },
        weight: 1,
        priority: 1,
        locality: "",
      },
    ],
  });
});

test.each([
  ["UNKNOWN", "healthy"],
  ["HEALTHY", "healthy"],
  ["DEGRADED", "degraded"],
  ["UNHEALTHY", "unhealthy"],
  ["DRAINING", "unhealthy"],
  ["TIMEOUT", "unhealthy"],
])("health status %s means %s", (status, health) => {
  const json = assignment({ lb_endpoints: [endpoint({ status })] });
  expect(compiled("endpoints", json).endpoints.map((one) => one.health)).toEqual([health]);
});

test("an address that occurs twice is kept once, at its first place", () => {
  const json = assignment(
    { lb_endpoints: [endpoint({ weight: 1 })] },
    { priority: 1, lb_endpoints: [endpoint({ weight: 9 }), endpoint({ address: at("::1") })] },
  );
  expect(
    compiled("endpoints", json).endpoints.map(({ key, weight, priority }) => [key, weight, priority]),
  ).toEqual([
    ["10.0.0.1:80", 1, 0],
    ["[::1]:80", 1, 1],
  ]);
});

test("the overprovisioning factor comes along", () => {
  const json = { ...assignment(), policy: { overprovisioning_factor: 200 } };
  expect(compiled("endpoints", json).overprovisioningFactorPercent).toBe(200);
});

test.each([
  [
    "policy.drop_overloads",
    { ...assignment(), policy: { drop_overloads: [{ category: "x" }] } },
    "it is set, and is not supported",
  ],
  [
    "policy.overprovisioning_factor",
    { ...assignment(), policy: { overprovisioning_factor: 0 } },
    "expected 1 or more, got 0",
  ],
  ["endpoints[0].priority", assignment({ priority: 128 }), "expected 0 to 127, got 128"],
  [
    "endpoints[0].lb_endpoints[0].endpoint",
    assignment({ lb_endpoints: [{ endpoint_name: "x" }] }),
    "it is missing; named endpoints are not supported",
  ],
  [
    "endpoints[0].lb_endpoints[0].endpoint.address",
    assignment({ lb_endpoints: [{ endpoint: {} }] }),
    "expected a socket_address or a pipe",
  ],
  [
    "endpoints[0].lb_endpoints[0].endpoint.address.socket_address.address",
    assignment({ lb_endpoints: [endpoint({ address: at("orders.test") })] }),
    'expected an IP address, got "orders.test"',
  ],
  [
    "endpoints[0].lb_endpoints[0].endpoint.address.socket_address.port_value",
    assignment({
      lb_endpoints: [endpoint({ address: { socket_address: { address: "10.0.0.1", named_port: "http" } } })],
    }),
    "expected a port number; named ports are not supported",
  ],
  [
    "endpoints[0].lb_endpoints[0].endpoint.address.socket_address.port_value",
    assignment({ lb_endpoints: [endpoint({ address: at("10.0.0.1", 65_536) })] }),
    "expected 0 to 65535, got 65536",
  ],
  [
    "endpoints[0].lb_endpoints[0].endpoint.address.socket_address.protocol",
    assignment({
      lb_endpoints: [
        endpoint({ address: { socket_address: { address: "10.0.0.1", port_value: 80, protocol: "UDP" } } }),
      ],
    }),
    "UDP is not supported",
  ],
  [
    "endpoints[0].lb_endpoints[0].endpoint.address.pipe.path",
    assignment({ lb_endpoints: [endpoint({ address: { pipe: { path: "" } } })] }),
    "it is empty",
  ],
])("what cannot be called is refused: %s", (path, json, reason) => {
  expect(problems("endpoints", json)).toContain(`endpoints "orders".${path}: ${reason}`);
});
