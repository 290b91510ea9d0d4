/**
 * Preloaded into a block of documentation: notes for each `console.log` the line it was called from, and leaves the
 * notes beside the program (`<program>.printed.json`) when the process ends.
 */
import { writeFileSync } from "node:fs";
import { format } from "node:util";
import type { Printed } from "./expected-output.ts";

const program = process.argv[1] ?? "";
const printed: Printed[] = [];
const log = console.log.bind(console);

console.log = (...args: unknown[]): void => {
  const frame = (new Error("who prints?").stack ?? "").split("\n").find((row) => row.includes(program));
  const line = Number(/:(\d+):\d+\)?$/.exec(frame ?? "")?.[1] ?? 0);
  printed.push({ line, text: format(...args) });
  log(...args);
};

process.on("exit", () => writeFileSync(`${program}.printed.json`, JSON.stringify(printed)));
