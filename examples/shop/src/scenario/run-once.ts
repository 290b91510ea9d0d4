import { wrapText } from "../live/fit-text.ts";
import { COLOURS, PLAIN } from "../live/paint.ts";
import { openShop } from "../open-shop.ts";
import type { RunOptions } from "../run-options.ts";
import { DashboardFeed } from "../watch/dashboard-feed.ts";
import { play } from "./play.ts";
import { stepTable } from "./step-table.ts";
import { exitCodeOf } from "./verdict.ts";

/** Columns of the time at the left, and of the words beside it: 80 in all. */
const STAMP = 7;
const WIDTH = 68;

/** Plays the script and says how it went. Gives the exit code: 0 only if every step held and no call was lost or in doubt. */
export async function runOnce({ caretaker, signal }: RunOptions): Promise<number> {
  const startMs = performance.now();
  const paint = process.stdout.isTTY && !process.env["NO_COLOR"] ? COLOURS : PLAIN;
  const print = (line: string): void => {
    if (!signal.aborted) console.log(line);
  };
  const stamp = (): string =>
    paint.dim(`${((performance.now() - startMs) / 1_000).toFixed(1).padStart(5)} s`);
  // What processes said comes in lines of its own.
  const say = (text: string, colour: (line: string) => string = (line) => line): void => {
    const lines = text.split("\n").flatMap((line) => wrapText(line, WIDTH, ""));
    for (const [i, line] of lines.entries()) {
      print(`${i === 0 ? stamp() : " ".repeat(STAMP)}     ${colour(line)}`);
    }
  };

  print("Dualmesh: a shop of real processes. The script takes about half a minute.\n");
  const { shop, traffic } = await openShop({ caretaker, log: say, say });
  const dashboard = await DashboardFeed.open(shop.adminAddress);
  say(`See it at ${dashboard.url}`);
  const results = await play({
    shop,
    dashboard,
    traffic,
    say,
    onStep: (number, title) => print(`${stamp()}  ${number}  ${paint.strong(title)}`),
    onResult({ reason }) {
      if (reason === undefined) say("held", paint.good);
      else say(`not held: ${reason}`, paint.bad);
    },
  });
  await traffic.stop();
  const { counts } = traffic;
  print("");
  for (const line of stepTable(results, paint)) print(line);
  const { answered, notExecuted, lost, inDoubt } = counts;
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  print(`\n${answered} calls answered, ${notExecuted} not executed, in ${seconds} s`);
  print(`lost calls: ${lost}`);
  print(`in doubt: ${inDoubt}`);
  return exitCodeOf(results, counts);
}
