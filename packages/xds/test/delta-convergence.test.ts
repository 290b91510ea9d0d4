import { TYPE_URL } from "@dualmesh/envoy-api";
import { manualClock } from "@dualmesh/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createSnapshot,
  createXdsServer,
  type Snapshot,
  type SnapshotResource,
  type XdsServer,
} from "../src/server/index.ts";
import { type ModelDeltaClient, modelDeltaClient } from "./model-delta-client.ts";
import { cluster, endpoints, listener, route, settle } from "./server-peer.ts";

const { EDS } = TYPE_URL;

/** A consistent set: `uses[i]` is the cluster of route i. With `bad`, the first route is one that clients refuse. */
interface Plan {
  readonly uses: readonly number[];
  readonly revision: number;
  readonly bad: boolean;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  uses: fc.array(fc.nat(4), { minLength: 1, maxLength: 3 }),
  revision: fc.integer({ min: 1, max: 6 }),
  bad: fc.boolean(),
});

type Step =
  | { readonly kind: "publish"; readonly plan: Plan }
  | { readonly kind: "deliver"; readonly direction: "toServer" | "toClient"; readonly count: number }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "reconnect" };

const direction = fc.constantFrom("toServer" as const, "toClient" as const);
const count = fc.integer({ min: 1, max: 6 });
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("publish" as const), plan }) },
    { weight: 10, arbitrary: fc.record({ kind: fc.constant("deliver" as const), direction, count }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 900 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("reconnect" as const) }) },
  ),
  { maxLength: 60 },
);

function snapshotOf({ uses, revision, bad }: Plan): Snapshot {
  const resources: SnapshotResource[] = [...new Set(uses)].flatMap((n) => [
    cluster(`c${n}`, 1 + (revision % 2)),
    endpoints(`c${n}`, revision),
  ]);
  for (const [i, n] of uses.entries()) {
    resources.push(route(`r${i}`, bad && i === 0 ? "bad" : `c${n}`), listener(`r${i}`, revision % 3));
  }
  return createSnapshot(resources);
}

/** What a client has that has followed the plan. */
function wanted(server: XdsServer, { uses }: Plan): string[] {
  const assignments = server.snapshot("g")?.types.get(EDS)?.resources;
  const clusters = [...new Set(uses)].map((n) => `c${n}: ${assignments?.get(`c${n}`)?.hash}`);
  return [...uses.map((_, i) => `r${i}`), ...uses.map((n, i) => `r${i}: c${n}`), ...clusters].sort();
}

async function settleAll(client: ModelDeltaClient): Promise<void> {
  await settle();
  while (client.waiting > 0) {
    client.deliver("toServer");
    client.deliver("toClient");
    await settle();
  }
}

describe("a delta client on our server, whatever comes when", () => {
  test("never loses the cluster of a route that it follows, ends at the last snapshot, and comes back for nothing", async () => {
    await fc.assert(
      fc.asyncProperty(plan, steps, plan, async (first, taken, last) => {
        const clock = manualClock();
        // Longer than all waits together: what is late here is late on the wire.
        const patience = { endpointAskMs: 60_000, removalGraceMs: 60_000 };
        const server = createXdsServer({ group: () => "g", clock, ...patience });
        server.setSnapshot("g", snapshotOf(first));
        const client = modelDeltaClient(server);
        await settleAll(client);
        const open: string[] = [];
        for (const step of taken) {
          if (step.kind === "publish") server.setSnapshot("g", snapshotOf(step.plan));
          else if (step.kind === "wait") clock.advance(step.ms);
          else if (step.kind === "reconnect") client.reconnect();
          for (let i = 0; step.kind === "deliver" && i < step.count; i++) {
            client.deliver(step.direction);
            open.push(...client.openReferences());
          }
          await settle();
        }
        const good = { ...last, bad: false };
        server.setSnapshot("g", snapshotOf(good));
        for (let i = 0; i < 3; i++) {
          await settleAll(client);
          clock.advance(60_000);
        }
        await settleAll(client);
        expect(open).toEqual([]);
        expect(client.describe()).toEqual(wanted(server, good));

        const { received } = client;
        client.reconnect();
        await settleAll(client);
        clock.advance(60_000);
        await settleAll(client);
        expect(client.received).toBe(received);
        expect(client.describe()).toEqual(wanted(server, good));
      }),
      { numRuns: 300 },
    );
  });
});
