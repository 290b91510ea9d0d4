#!/usr/bin/env node
/** The program `dualmesh`: the only place of this repository's products that ends a process. */
import { runProgram } from "./program.ts";

// A reader that went away (`dualmesh … | head`) is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

process.exitCode = await runProgram(process.argv.slice(2));
// Whatever is left open by mistake must not keep alive a process that was told to end; with nothing left, this never runs.
setTimeout(() => process.exit(), 1_000).unref();
