/**
 * Takes the pictures of the README from the running shop, with its traffic of a minute behind it:
 *
 *   npm run screenshots -w @dualmesh/dashboard [-- <folder>]
 *
 * Needs Chromium, as the tests in a browser do (`.ci/install-peers`), and a build.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import puppeteer, { type Browser, type Page } from "puppeteer-core";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const folder = process.argv[2] ?? join(ROOT, "docs/images");

/** How long the shop runs before it is looked at: charts want a past. Milliseconds. */
const PAST_MS = Number(process.env["PAST_MS"] ?? 75_000);

interface Picture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly scheme: "light" | "dark";
  readonly isPhone: boolean;
}

const WIDE: Picture = { name: "dashboard-wide", width: 1280, height: 1130, scheme: "light", isPhone: false };
const NARROW: Picture = { name: "dashboard-narrow", width: 360, height: 1400, scheme: "dark", isPhone: true };

const shop = spawn(process.execPath, [...process.execArgv, join(ROOT, "examples/shop/src/main.ts")], {
  stdio: ["ignore", "pipe", "inherit"],
});
const ended = once(shop, "exit");
try {
  const url = await findUrl();
  const browser = await puppeteer.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"],
  });
  try {
    const wide = await open(browser, url, WIDE);
    await wide.waitForSelector(".action");
    await sleep(PAST_MS / 3);
    await press(wide, "50/50, Weights of orders v1/v2");
    await sleep(PAST_MS / 3);
    await press(wide, "flip web, Modes");
    await sleep(PAST_MS / 3);
    await press(wide, "web to orders-v1");
    await wide.click(".call");
    await take(wide, WIDE);
    // Opened while the other is still there: what nodes told is kept only while somebody watches.
    await take(await open(browser, url, NARROW), NARROW);
  } finally {
    await browser.close();
  }
} finally {
  shop.kill("SIGTERM");
  await ended;
}

/** The shop says where its dashboard is. Its output is read on: a pipe that nobody reads is its end. */
function findUrl(): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    shop.stdout.setEncoding("utf8").on("data", (text: string) => {
      output = `${output}${text}`.slice(-10_000);
      const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(output);
      if (found !== null) resolve(found[0]);
    });
    shop.once("exit", () => reject(new Error(`the shop ended without a dashboard:\n${output}`)));
  });
}

async function open(browser: Browser, url: string, picture: Picture): Promise<Page> {
  const { width, height, scheme, isPhone } = picture;
  const page = await browser.newPage();
  await page.setViewport({ width, height, deviceScaleFactor: 1, isMobile: isPhone, hasTouch: isPhone });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(url);
  return page;
}

async function take(page: Page, { name }: Picture): Promise<void> {
  await page.waitForSelector(".call");
  await sleep(1_500);
  await page.screenshot({ path: join(folder, `${name}.png`) as `${string}.png` });
  console.log(`${name}.png`);
}

async function press(page: Page, name: string): Promise<void> {
  await page.click(`aria/${name}`);
}
