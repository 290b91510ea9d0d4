import type { RequestHead } from "@dualmesh/core";
import { seededRandom } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import {
  createRouteTable,
  type MatchFacts,
  type RouteTable,
  type RouteTableConfig,
} from "../../src/index.ts";
import { naiveDecision } from "./naive-table.ts";
import { RandomTables } from "./random-table.ts";

const SEED = 20_261_129;
const TABLES = 2_600;
const REQUESTS = 100;

/** One random sequence for each decision, so that all draw the same. */
function factsOf(seed: number, clientCertificate: MatchFacts["clientCertificate"]): MatchFacts {
  return { random: seededRandom(seed), clientCertificate };
}

function decision(table: RouteTable, head: RequestHead, facts: MatchFacts): string {
  const match = table.match(head, facts);
  if (match === undefined) {
    const claim = table.claims(head.authority);
    return claim === undefined ? "no host" : `${claim.virtualHost}: no route`;
  }
  return `${match.virtualHost}: ${match.name} ${match.kind === "forward" ? match.cluster : match.kind}`;
}

/** Another route in the place of one, one more, or one less. */
function changed(config: RouteTableConfig, tables: RandomTables, random: () => number): RouteTableConfig {
  const at = Math.floor(random() * config.virtualHosts.length);
  const virtualHosts = config.virtualHosts.map((host, i) => {
    if (i !== at) return host;
    const routes = host.routes ?? [];
    const place = Math.floor(random() * (routes.length + 1));
    const remove = random() < 0.6 ? 1 : 0;
    const added = random() < 0.7 ? [tables.route("changed")] : [];
    return { ...host, routes: routes.toSpliced(place, remove, ...added) };
  });
  return { ...config, virtualHosts };
}

test(`tables decide as their rules say, with and without a cache, fresh and changed: seed ${SEED}`, () => {
  const random = seededRandom(SEED);
  const tables = new RandomTables(random);
  let cases = 0;
  const wrong: string[] = [];
  for (let i = 0; i < TABLES && wrong.length === 0; i++) {
    let config = tables.table();
    let plain = createRouteTable(config, { cachePaths: 0 });
    let small = createRouteTable(config, { cachePaths: 3 });
    const first = { config, table: plain };
    for (let k = 0; k < REQUESTS; k++) {
      if (k === REQUESTS / 2) {
        config = changed(config, tables, random);
        plain = createRouteTable(config, { cachePaths: 0, previous: plain });
        small = createRouteTable(config, { cachePaths: 3, previous: small });
      }
      const head = tables.head();
      const certificate = random() < 0.2 ? "presented" : "none";
      const seed = Math.floor(random() * 2 ** 31);
      const expected = naiveDecision(config, head, factsOf(seed, certificate));
      // A table that another took the place of serves the calls that began with it.
      const before = naiveDecision(first.config, head, factsOf(seed, certificate));
      const found = [
        decision(plain, head, factsOf(seed, certificate)),
        decision(small, head, factsOf(seed, certificate)),
        decision(small, head, factsOf(seed, certificate)),
      ];
      cases += found.length + 1;
      const kept = decision(first.table, head, factsOf(seed, certificate));
      if (kept !== before || found.some((one) => one !== expected)) {
        wrong.push(
          `table ${i}: ${JSON.stringify({ ...head, headers: head.headers.flat() })}`,
          before,
          kept,
          expected,
          ...found,
          String(plain),
        );
        break;
      }
    }
  }
  expect(wrong.join("\n")).toBe("");
  expect(cases).toBe(TABLES * REQUESTS * 4);
});
