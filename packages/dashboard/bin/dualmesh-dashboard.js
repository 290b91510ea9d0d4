#!/usr/bin/env node
// Committed and executable, since npm links a bin when it installs, and `dist` may be made later.
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";

const USAGE = `dualmesh-dashboard --control-plane <host:port> [--listen <host:port>]

Serves a page that shows a live mesh: who calls whom in which mode, how fast, and why a call went where it went.

  --control-plane <host:port>  the control plane's admin listener (dualmesh control-plane --admin)
  --listen <host:port>         where the page is, on loopback (default: 127.0.0.1, a free port)

Example:
  $ npx @dualmesh/dashboard --control-plane 127.0.0.1:18001`;

/** Says what is wrong on stderr. 2: usage or invalid input. */
function fail(text, exitCode = 2) {
  process.stderr.write(`dualmesh-dashboard: ${text}\n`);
  process.exitCode = exitCode;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      "control-plane": { type: "string" },
      listen: { type: "string", default: "127.0.0.1:0" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return { help: true };
  const controlPlane = values["control-plane"];
  if (controlPlane === undefined) throw new Error("expected --control-plane <host:port>, got none");
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(values.listen);
  if (found === null || Number(found[3]) > 65_535) {
    throw new Error(`--listen: expected host:port with a port from 0 to 65535, got "${values.listen}"`);
  }
  return { controlPlane, host: found[1] ?? found[2], port: Number(found[3]) };
}

async function main() {
  const options = readOptions();
  if (options.help) return console.log(USAGE);
  const { createDashboard } = await import("../dist/index.js");
  const dashboard = await createDashboard(options);
  console.log(dashboard.url);
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => void dashboard[Symbol.asyncDispose]());
  }
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  fail(`it needs Node 22.19 or later, and this is ${process.versions.node}`);
} else if (!existsSync(new URL("../dist/index.js", import.meta.url))) {
  fail("dist is missing: run npm run build");
} else {
  await main().catch((error) =>
    fail(error.rawMessage ?? error.message, error.code === "UNAVAILABLE" ? 1 : 2),
  );
}
