import { seededRandom } from "@dualmesh/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { DataPlaneTypes } from "../../src/index.ts";
import { ask } from "../ask.ts";
import { livePlane } from "../live-source.ts";
import {
  loadAssignment,
  ordersHost,
  outboundListener,
  routeTo,
  startUpstream,
  staticCluster,
  type Upstream,
} from "../static-plane.ts";

const NAMES = ["a", "b", "c"] as const;
type Name = (typeof NAMES)[number];

/** A step of a test run: something changes, or calls are made. */
type Step =
  | { readonly kind: "calls"; readonly count: number }
  | { readonly kind: "routes"; readonly to: readonly Name[]; readonly retry: boolean }
  | { readonly kind: "bad routes" }
  | { readonly kind: "cluster"; readonly name: Name; readonly timeout: number }
  | { readonly kind: "remove cluster"; readonly name: Name }
  | { readonly kind: "endpoints"; readonly name: Name; readonly count: number }
  | { readonly kind: "listener"; readonly prefix: string };

const name = fc.constantFrom(...NAMES);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("calls" as const), count: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("routes" as const),
      to: fc.array(name, { minLength: 1, maxLength: 3 }),
      retry: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant("bad routes" as const) }),
  fc.record({ kind: fc.constant("cluster" as const), name, timeout: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant("remove cluster" as const), name }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("endpoints" as const), name, count: fc.nat(2) }) },
  fc.record({ kind: fc.constant("listener" as const), prefix: fc.constantFrom("one", "two") }),
);

const PREVIOUS_HOSTS = [{ name: "envoy.retry_host_predicates.previous_hosts" }];

/** The resource that a step puts. */
function change(
  given: Exclude<Step, { kind: "calls" | "remove cluster" }>,
  ports: Readonly<Record<Name, number>>,
): readonly [keyof DataPlaneTypes, object] {
  switch (given.kind) {
    case "routes": {
      const clusters = given.to.map((one) => ({ name: one, weight: 1 }));
      const retry_policy = { retry_on: "5xx,reset", num_retries: 2, retry_host_predicate: PREVIOUS_HOSTS };
      const action = { weighted_clusters: { clusters }, ...(given.retry ? { retry_policy } : {}) };
      const virtual_hosts = [ordersHost([{ match: { prefix: "/" }, route: action }])];
      return ["routes", { name: "r", virtual_hosts }];
    }
    case "bad routes":
      return ["routes", { name: "r", virtual_hosts: [ordersHost([{ match: { prefix: "/" } }])] }];
    case "cluster":
      return [
        "cluster",
        given.name === "c"
          ? staticCluster("c", [ports.c], { connect_timeout: `${given.timeout}s` })
          : eds(given.name, given.timeout),
      ];
    case "endpoints": {
      const some = [ports[given.name], ports.c].slice(0, given.count);
      return ["endpoints", loadAssignment(given.name, some)];
    }
    case "listener":
      return ["listener", listener(given.prefix)];
    default:
      return given satisfies never;
  }
}

const eds = (cluster: Name, timeout = 1): object => ({
  name: cluster,
  type: "EDS",
  connect_timeout: `${timeout}s`,
  eds_cluster_config: { eds_config: { ads: {} } },
});

const RDS = { route_config: undefined, rds: { route_config_name: "r", config_source: { ads: {} } } };
const listener = (prefix: string): object =>
  JSON.parse(JSON.stringify(outboundListener([], { ...RDS, stat_prefix: prefix })));

/** What a call may be refused with while clusters and endpoints come and go. */
const REFUSALS = ["NC", "UH"];

async function run(
  steps: readonly Step[],
  seed: number,
  ports: Readonly<Record<Name, number>>,
): Promise<void> {
  await using live = await livePlane({ random: seededRandom(seed) }, [
    ["listener", listener("one")],
    ["routes", { name: "r", virtual_hosts: [ordersHost([routeTo("a")])] }],
    ["cluster", eds("a")],
    ["cluster", eds("b")],
    ["cluster", staticCluster("c", [ports.c])],
    ["endpoints", loadAssignment("a", [ports.a])],
    ["endpoints", loadAssignment("b", [ports.b])],
  ]);
  const calls: Promise<void>[] = [];
  const call = async (): Promise<void> => {
    const { status, text, local, outcome } = await ask(live.plane);
    if (local === undefined) expect([status, NAMES.includes(text as Name)]).toEqual([200, true]);
    else
      expect([status, REFUSALS.includes(local.flag), local.execution]).toEqual([503, true, "not-executed"]);
    expect(outcome.status).toBe(status);
  };
  for (const one of steps) {
    if (one.kind === "calls") for (let i = 0; i < one.count; i++) calls.push(call());
    else if (one.kind === "remove cluster") live.source.remove("cluster", one.name);
    else live.source.put(...change(one, ports));
    await live.settled();
  }
  await Promise.all(calls);
  // Every ticket has come back.
  for (const { endpoints } of live.plane.clusters)
    expect(endpoints.filter(({ active }) => active > 0)).toEqual([]);
}

test("whatever changes while calls are made, each gets the answer of a configured upstream or a refusal that says why", async () => {
  const upstreams: Upstream[] = await Promise.all(
    NAMES.map((one) => startUpstream((_, response) => response.end(one))),
  );
  const ports = Object.fromEntries(NAMES.map((one, i) => [one, upstreams[i]?.port])) as Record<Name, number>;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.nat(), (steps, seed) =>
      run(steps, seed, ports),
    ),
    { numRuns: 60 },
  );
  await Promise.all(upstreams.map((one) => one[Symbol.asyncDispose]()));
});
