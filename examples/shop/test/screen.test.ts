import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import type { Picture } from "../src/live/monitor.ts";
import { COLOURS, PLAIN } from "../src/live/paint.ts";
import { plainLine } from "../src/live/plain-line.ts";
import { drawScreen } from "../src/live/screen.ts";

const picture: Picture = {
  seconds: 75,
  counts: {
    answered: 7_312,
    notExecuted: 0,
    inDoubt: 0,
    lost: 2,
    v1: 6_500,
    v2: 812,
    workers: [3_600, 3_712],
  },
  flow: {
    seconds: 2,
    calls: 200,
    answered: 200,
    notExecuted: 0,
    inDoubt: 0,
    lost: 0,
    v1: 150,
    v2: 50,
    surely: { calls: 196, v1: 146, v2: 46 },
    left: { web: 198, "orders-v1": 0, "orders-v2": 23 },
    arrived: { web: 0, "orders-v1": 0, "orders-v2": 50 },
    p50Ms: 4.36,
    p99Ms: 1_034,
  },
  weights: { v1: 75, v2: 25 },
  controlPlane: "running",
  sidecars: { web: "running", "orders-v1": "ended", "orders-v2": "stopped" },
};

const URL = "http://127.0.0.1:40123/";

function draw(shown: Picture, notes: readonly string[] = [], rows = 24): readonly string[] {
  return drawScreen({ picture: shown, url: URL, notes, paint: PLAIN, rows });
}

test("the screen says who talks to whom in which mode, how fast, and what was lost", () => {
  expect(draw(picture, [" 0:03  weights are 75/25"]).join("\n")).toBe(
    `
 Dualmesh · a shop of real processes                                       1:15
 ──────────────────────────────────────────────────────────────────────────────
 caller     its end              the other end        callee     calls/s
 web        ══ sidecar ═════════▶── direct ────────── orders-v1       75
 web        ══ sidecar ═════════▶══ sidecar ═════════ orders-v2       25
 orders-v1  ── direct ──────────▶── direct ────────── inventory       75
 orders-v2  ── 50 % sidecar ────▶── direct ────────── inventory       25

 versions  v1  75 %  █████████████████████░░░░░░░  25 %  v2   asked for 75/25

 calls/s   100       p50 4.4 ms    p99 1.03 s
 answered  7312      lost 2     in doubt 0     not executed 0

 sidecars  web ● up     orders-v1 ○ none     orders-v2 ◐ stopped
 control plane  ● up     as a page  http://127.0.0.1:40123/
 ──────────────────────────────────────────────────────────────────────────────
 f flip web   p flip orders-v1   w shift the weights   b break the routes
 k kill   s stop/continue   r restart web's sidecar (shift: orders-v2's)
 c control plane: kill, restart   q quit
 ──────────────────────────────────────────────────────────────────────────────
  0:03  weights are 75/25`,
  );
});

test("nothing is wider than 80 columns, whatever it has to show", () => {
  const sidecars = { web: "stopped", "orders-v1": "stopped", "orders-v2": "stopped" } as const;
  const notes = ["refused by control plane: a sentence that goes on ".repeat(5)];
  const drawn = [
    ...draw({ ...picture, sidecars, controlPlane: "stopped" }, notes),
    ...draw({ ...picture, flow: undefined }),
  ];
  expect(drawn.filter(({ length }) => length > 80)).toEqual([]);
});

test("a low window shows the newest notes, and a very low one none", () => {
  const notes = ["one", "two", "three", "four"];
  expect(draw(picture, notes, 23).slice(-2)).toEqual([" three", " four"]);
  expect(draw(picture, notes, 10)).toEqual(draw(picture));
});

test("colours change nothing but colours", () => {
  const coloured = drawScreen({ picture, url: URL, notes: [], paint: COLOURS, rows: 24 });
  expect(coloured.map(stripVTControlCharacters)).toEqual(draw(picture));
});

test("where there is no terminal, a line says the same", () => {
  expect(plainLine(picture)).toBe(
    "  75 s  100 calls/s  p50 4.4 ms  p99 1.03 s  v1/v2 75/25  web sidecar, orders-v1 direct, orders-v2 50 % sidecar  lost 2  in doubt 0",
  );
});
