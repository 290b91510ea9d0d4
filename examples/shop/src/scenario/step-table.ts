import { milliseconds, type Paint } from "../live/paint.ts";
import type { StepResult } from "./play.ts";

/** The end of the script: a line for each step. */
export function stepTable(results: readonly StepResult[], paint: Paint): readonly string[] {
  const width = Math.max(...results.map(({ title }) => title.length));
  const head = `  ${"step".padEnd(width + 3)} ${"calls".padStart(6)} ${"p50".padStart(8)} ${"p99".padStart(9)}`;
  const lines = results.map(({ number, title, reason, flow }) => {
    const figures = [
      String(flow.calls).padStart(6),
      milliseconds(flow.p50Ms).padStart(8),
      milliseconds(flow.p99Ms).padStart(9),
    ];
    const verdict = reason === undefined ? paint.good("held") : paint.bad("not held");
    return `  ${number}  ${title.padEnd(width)} ${figures.join(" ")}  ${verdict}`;
  });
  const reasons = results.flatMap(({ number, reason }) =>
    reason === undefined ? [] : [paint.bad(`  ${number}  ${reason.split("\n", 1)[0]}`)],
  );
  return [paint.dim(head), ...lines, ...reasons];
}
