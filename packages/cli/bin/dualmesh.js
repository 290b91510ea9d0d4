#!/usr/bin/env node
// Committed and executable, since npm links a bin when it installs, and `dist` may be made later.
import { existsSync } from "node:fs";

const [major, minor] = process.versions.node.split(".").map(Number);
const main = new URL("../dist/main.js", import.meta.url);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`dualmesh: it needs Node 22.19 or later, and this is ${process.versions.node}\n`);
  process.exitCode = 2;
} else if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write("dualmesh: dist is missing: run npm run build\n");
  process.exitCode = 2;
}
