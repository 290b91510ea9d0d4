import type { ChildState } from "../process/child.ts";
import type { Flow } from "../watch/flow.ts";
import { KEYS } from "./desk.ts";
import { drawEdges } from "./edges.ts";
import { wrapText } from "./fit-text.ts";
import type { Picture } from "./monitor.ts";
import { milliseconds, type Paint } from "./paint.ts";

/** Columns that every line keeps to: a terminal of 80 is the usual one. */
const WIDTH = 78;

/** What there is to draw, and on how much room. */
export interface ScreenOptions {
  readonly picture: Picture;
  /** Where the same is to be seen as a page. */
  readonly url: string;
  /** The newest last; as many as there is room for. */
  readonly notes: readonly string[];
  readonly paint: Paint;
  readonly rows: number;
}

/** The live picture. */
export function drawScreen({ picture, url, notes, paint, rows }: ScreenOptions): readonly string[] {
  const rule = ` ${paint.dim("─".repeat(WIDTH))}`;
  const lines = [
    "",
    drawTitle(picture.seconds, paint),
    rule,
    ...drawEdges(picture.flow, paint),
    "",
    drawSplit(picture, paint),
    "",
    ...drawFigures(picture, paint),
    "",
    ...drawProcesses(picture, url, paint),
    rule,
    ...KEYS.map((row) => ` ${row.map(({ key, does }) => `${paint.strong(key)} ${does}`).join("   ")}`),
    rule,
  ];
  const room = rows - lines.length;
  const wrapped = notes.flatMap((note) => wrapText(note, WIDTH, " ".repeat(7))).map((line) => ` ${line}`);
  return [...lines, ...(room > 0 ? wrapped.slice(-room) : [])];
}

function drawTitle(seconds: number, paint: Paint): string {
  const clock = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const title = "Dualmesh · a shop of real processes";
  return ` ${paint.strong(title)}${clock.padStart(WIDTH - title.length)}`;
}

const BAR = 28;

/** Without colours the two halves of the bar differ as well. */
function drawSplit({ flow, weights }: Picture, paint: Paint): string {
  const asked = paint.dim(`asked for ${weights.v1}/${weights.v2}`);
  const answered = (flow?.v1 ?? 0) + (flow?.v2 ?? 0);
  const v1 = answered === 0 ? Number.NaN : (flow as Flow).v1 / answered;
  const cells = Math.round(v1 * BAR) || 0;
  const bar = Number.isNaN(v1)
    ? paint.dim("·".repeat(BAR))
    : `${paint.good("█".repeat(cells))}${paint.warn("░".repeat(BAR - cells))}`;
  return ` versions  v1 ${percent(v1)}  ${bar} ${percent(1 - v1)}  v2   ${asked}`;
}

function drawFigures({ flow, counts }: Picture, paint: Paint): readonly string[] {
  const rate = flow === undefined ? "–" : (flow.calls / flow.seconds).toFixed(0);
  const time = (value: number | undefined): string => milliseconds(value ?? Number.NaN);
  const damage = (name: string, calls: number): string =>
    `${name} ${(calls === 0 ? paint.good : paint.bad)(String(calls))}`;
  return [
    ` calls/s   ${rate.padEnd(9)} p50 ${time(flow?.p50Ms).padEnd(9)} p99 ${time(flow?.p99Ms)}`,
    ` answered  ${String(counts.answered).padEnd(9)} ${[
      damage("lost", counts.lost),
      damage("in doubt", counts.inDoubt),
      damage("not executed", counts.notExecuted),
    ].join("     ")}`,
  ];
}

function drawProcesses({ sidecars, controlPlane }: Picture, url: string, paint: Paint): readonly string[] {
  const each = Object.entries(sidecars).map(([owner, state]) => `${owner} ${drawState(state, paint)}`);
  return [
    ` sidecars  ${each.join("     ")}`,
    ` control plane  ${drawState(controlPlane, paint)}     as a page  ${url}`,
  ];
}

function drawState(state: ChildState, paint: Paint): string {
  switch (state) {
    case "running":
      return paint.good("● up");
    case "stopped":
      return paint.warn("◐ stopped");
    case "ended":
      return paint.dim("○ none");
    default:
      return state satisfies never;
  }
}

function percent(part: number): string {
  return `${Number.isNaN(part) ? "–" : (part * 100).toFixed(0)} %`.padStart(5);
}
