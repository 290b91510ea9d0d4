import { existsSync } from "node:fs";
import puppeteer, { type Browser } from "puppeteer-core";
import { describe } from "vitest";

/** Where Debian puts it. */
const INSTALLED = "/usr/bin/chromium";

/** Why there is no browser to test in; `undefined` if there is one. */
function lackOfBrowser(): string | undefined {
  if (existsSync(INSTALLED)) return undefined;
  const reason = "no Chromium on this machine; .ci/install-peers installs one";
  if (process.env["CI"] === "true") throw new Error(`${reason}, and under CI=true it must be there`);
  return reason;
}

/** `describe` for tests in a browser: skipped where there is none, with the reason in the title. */
export function describeInBrowser(title: string, tests: () => void): void {
  const lack = lackOfBrowser();
  if (lack === undefined) describe(title, tests);
  else describe.skip(`${title} (skipped: ${lack})`, tests);
}

/** Chromium without a window. Its sandbox wants what containers do not give; it sees nothing but our own page. */
export function launchBrowser(): Promise<Browser> {
  return puppeteer.launch({
    executablePath: INSTALLED,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
}
