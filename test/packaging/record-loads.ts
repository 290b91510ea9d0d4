/** Preloaded into a program: prints, when it ends, one line of JSON with the files of every module that it loaded. */
import { writeSync } from "node:fs";
import { registerHooks } from "node:module";

const loaded: string[] = [];

registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith("file:")) loaded.push(url);
    return nextLoad(url, context);
  },
});

process.on("exit", () => writeSync(1, `${JSON.stringify(loaded)}\n`));
