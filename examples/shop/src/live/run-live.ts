import { createDashboard } from "@dualmesh/dashboard";
import { openShop } from "../open-shop.ts";
import type { RunOptions } from "../run-options.ts";
import { Desk } from "./desk.ts";
import { deskActions } from "./desk-actions.ts";
import { listenToKeys } from "./keys.ts";
import { Monitor } from "./monitor.ts";
import { COLOURS, PLAIN } from "./paint.ts";
import { plainLine } from "./plain-line.ts";
import { drawScreen } from "./screen.ts";
import { openTerminal } from "./terminal.ts";

/** Milliseconds between two pictures, and between two lines where there is no terminal. */
const DRAW_EVERY_MS = 250;
const LINE_EVERY_MS = 1_000;

/** The shop with an open end: a screen with keys, or a line a second. Gives the exit code when somebody quits. */
export async function runLive({ caretaker, signal }: RunOptions): Promise<number> {
  const isTerminal = process.stdout.isTTY && process.stdin.isTTY;
  const print = (line: string): void => {
    if (!signal.aborted) console.log(line);
  };
  print("Dualmesh: a shop of real processes opens …");
  // Until the screen is there, lines are lines.
  let tell = print;
  const log = (line: string): void => tell(line);
  const { shop, traffic } = await openShop({ caretaker, log, say: print });
  const desk = new Desk(shop, log);
  const { url } = await createDashboard({ controlPlane: shop.adminAddress, actions: deskActions(desk) });
  await desk.open();
  print(`See it at ${url}`);
  const monitor = new Monitor(shop, traffic);
  monitor.start();

  if (!isTerminal) {
    print("No terminal: a line a second, no keys. Ctrl-C ends it.");
    const timer = setInterval(() => print(plainLine(monitor.picture())), LINE_EVERY_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return 0;
  }

  const paint = process.env["NO_COLOR"] ? PLAIN : COLOURS;
  const terminal = openTerminal(process.stdout, signal);
  tell = (line) => {
    if (!signal.aborted) desk.note(line);
  };
  const draw = (): void => {
    const { rows } = terminal;
    terminal.draw(drawScreen({ picture: monitor.picture(), url, notes: desk.notes, paint, rows }));
  };
  const timer = setInterval(draw, DRAW_EVERY_MS);
  await listenToKeys(process.stdin, signal, (key) => desk.press(key));
  clearInterval(timer);
  terminal.close();
  const { answered, lost, inDoubt } = traffic.counts;
  print(`${answered} calls answered\nlost calls: ${lost}\nin doubt: ${inDoubt}`);
  return 0;
}
