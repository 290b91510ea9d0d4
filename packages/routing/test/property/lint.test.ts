import { seededRandom } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { createRouteTable } from "../../src/index.ts";
import { lintRoutes } from "../../src/lint/index.ts";
import { naiveDecision } from "./naive-table.ts";
import { RandomTables } from "./random-table.ts";

const SEED = 7_261_129;
const TABLES = 600;
const REQUESTS = 150;

test(`what lint calls without requests gets none: seed ${SEED}`, () => {
  const tables = new RandomTables(seededRandom(SEED));
  const random = seededRandom(SEED + 1);
  let called = 0;
  const wrong: string[] = [];
  for (let i = 0; i < TABLES; i++) {
    const config = tables.table();
    const table = createRouteTable(config);
    const dead = new Set(
      lintRoutes(table)
        .filter(({ rule }) => rule === "unreachable-route" || rule === "never-matches")
        .map(({ virtualHost, position = 0 }) => `${virtualHost}: r${position - 1} `),
    );
    called += dead.size;
    for (let k = 0; k < REQUESTS; k++) {
      const decision = naiveDecision(config, tables.head(), { random });
      const found = [...dead].find((route) => decision.startsWith(route));
      if (found !== undefined) wrong.push(`table ${i}: ${decision}\n${table}`);
    }
  }
  expect(wrong.slice(0, 3).join("\n")).toBe("");
  expect(called).toBeGreaterThan(300);
});
