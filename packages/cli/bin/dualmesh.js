#!/usr/bin/env node
// Committed and executable, since npm links a bin when it installs, and `dist` may be made later.
import { existsSync } from "node:fs";

const main = new URL("../dist/main.js", import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write("dualmesh: dist is missing: run npm run build\n");
  process.exitCode = 2;
}
