import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import axe, { type AxeResults } from "axe-core";
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { describeInBrowser, launchBrowser } from "./browser.ts";
import { describeWithEnvoy } from "./envoy-binary.ts";
import { eventually } from "./stage/eventually.ts";
import { type Look, type OpenedPage, openPage } from "./stage/opened-page.ts";
import { BROKEN_ROUTES, openWatchedMesh, ROUTES, type WatchedMesh } from "./stage/watched-mesh.ts";

const WIDE: Look = { width: 1_280, scheme: "light" };

/** The row of an edge with calls. */
const row = (from: string, to: string, way: string): RegExp =>
  new RegExp(`^${from} → (to )?${to} .*${way} .*http/1\\.1 .*\\d .*0 % .* ms`);

describeInBrowser("the dashboard of a mesh of two services", () => {
  let browser: Browser;
  let mesh: WatchedMesh;
  const opened: OpenedPage[] = [];

  async function look(how: Look = WIDE): Promise<OpenedPage> {
    const one = await openPage(browser, mesh.dashboard.url, how);
    opened.push(one);
    // A browser holds six connections to one origin, and each open page one of them.
    onTestFinished(() => one.page.close());
    await eventually(one.rows).toContainEqual(expect.stringMatching(row("web", "orders", "direct")));
    return one;
  }

  beforeAll(async () => {
    browser = await launchBrowser();
    mesh = await openWatchedMesh();
  });

  afterAll(async () => {
    await browser?.close();
    await mesh?.[Symbol.asyncDispose]();
  });

  test("shows who calls whom, by which way, and that every node has its configuration", async () => {
    const { text, rows } = await look();
    await eventually(rows).toEqual([
      expect.stringMatching(row("orders", "web", "direct")),
      expect.stringMatching(row("web", "orders", "direct")),
    ]);
    await eventually(text).toMatch(/web-1[\s\S]*✓ LDS ACK[\s\S]*✓ RDS ACK/);
    expect(await text()).toContain("live");
  });

  test("is used by keyboard alone: a flip is made and seen, and undone", async () => {
    const { page, rows, text, tabTo } = await look();
    await tabTo("start it, Sidecar of web");
    await page.keyboard.press("Enter");
    await eventually(text).toContain("web has a sidecar");
    await eventually(rows).toContainEqual(expect.stringMatching(row("web", "orders", "sidecar")));
    await eventually(text).toContain("web now calls by its sidecar");
    await tabTo("end it, Sidecar of web");
    await page.keyboard.press("Enter");
    await eventually(text).toContain("web now calls directly, from inside its process");
    expect(mesh.web.mode.sidecar.kind).toBe("absent");
  });

  test("explains a call, and leads the keyboard there and the eye back", async () => {
    const { page, text, focused, tabTo } = await look();
    await eventually(text).toContain("GET orders/web");
    await tabTo("GET orders/web");
    await page.keyboard.press("Enter");
    await eventually(focused).toBe("Why GET orders/web went where it went");
    const shown = await text();
    expect(shown).toContain("web-1 called GET orders/web by http/1.1");
    expect(shown).toContain("“outbound” claims orders");
    expect(shown).toContain('domain orders of virtual host "orders"');
    expect(shown).toContain("orders-1 itself");
    expect(shown).not.toContain("s3cret");
    await tabTo("Close, and let the list go on");
    await page.keyboard.press("Enter");
    await eventually(text).not.toContain("web-1 called");
  });

  test("draws what the chosen edge did", async () => {
    const { page, tabTo } = await look();
    await tabTo("orders → to web");
    await page.keyboard.press("Enter");
    const label = (): Promise<unknown> =>
      page.evaluate(`document.querySelector(".chart [role=img]").getAttribute("aria-label")`);
    await eventually(label).toMatch(/^Calls a second from orders to web: now [\d.]+ direct, errors 0$/);
    expect(await page.evaluate(`document.querySelectorAll(".chart canvas").length`)).toBe(2);
  });

  test("shows who refused a configuration, in the node's own words, and that it is over", async () => {
    const { text } = await look();
    await eventually(text).toContain("✓ RDS ACK");
    await mesh.serveRoutes(BROKEN_ROUTES);
    await eventually(text).toMatch(/RDS refused: .*missing closing \)/);
    await mesh.serveRoutes(ROUTES);
    await eventually(text).toContain("every node has accepted its configuration again");
    expect(await text()).not.toContain("RDS refused: ");
  });

  test("follows the system's colours until somebody chooses, and remembers the choice", async () => {
    const { page } = await look({ width: 1_280, scheme: "dark" });
    const background = (): Promise<unknown> =>
      page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    const dark = await background();
    await page.click("aria/light");
    await eventually(background).not.toBe(dark);
    const light = await background();
    await page.reload();
    await eventually(background).toBe(light);
    await page.click("aria/auto");
    await eventually(background).toBe(dark);
  });

  describe.each<Look>([
    { width: 1_280, scheme: "light" },
    { width: 1_280, scheme: "dark" },
    { width: 360, scheme: "light" },
    { width: 360, scheme: "dark" },
  ])("at $width pixels, $scheme", (how) => {
    test("breaks no rule of accessibility, with a call explained", async () => {
      const { page } = await look(how);
      await page.waitForSelector(".call");
      await page.click(".call");
      await page.waitForSelector(".explain");
      await page.evaluate(axe.source);
      const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    });

    test("has room for everything: nobody must scroll sideways", async () => {
      const { page } = await look(how);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(how.width);
    });
  });

  test("may ask nobody but its own origin, whatever gets into it", async () => {
    let reached = 0;
    const other = createServer((_, response) => {
      reached++;
      response.setHeader("access-control-allow-origin", "*");
      response.end();
    });
    await new Promise<void>((resolve) => void other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const { page } = await openPage(browser, mesh.dashboard.url, WIDE);
    onTestFinished(() => page.close());
    const outcome = await page.evaluate(`(async () => {
      const url = "http://127.0.0.1:${port}/";
      const fetched = await fetch(url).then(() => "reached", () => "refused");
      const loaded = (tag, field) => new Promise((resolve) => {
        const element = document.createElement(tag);
        element.onload = () => resolve("reached");
        element.onerror = () => resolve("refused");
        if (tag === "link") element.rel = "stylesheet";
        element[field] = url;
        document.head.append(element);
      });
      return [fetched, await loaded("img", "src"), await loaded("script", "src"), await loaded("link", "href")];
    })()`);
    other.close();
    expect(outcome).toEqual(["refused", "refused", "refused", "refused"]);
    expect(reached).toBe(0);
  });

  test("asked nobody else in all this, and had nothing to complain of", () => {
    expect(opened.length).toBeGreaterThan(5);
    const { url } = mesh.dashboard;
    expect(opened.flatMap(({ asked }) => asked.filter((one) => !one.startsWith(url)))).toEqual([]);
    expect(opened.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
});

describeInBrowser("the dashboard of a mesh with an Envoy", () => {
  describeWithEnvoy("beside web", (envoy) => {
    test("shows the calls by it, as its application tells", async () => {
      await using mesh = await openWatchedMesh();
      const browser = await launchBrowser();
      try {
        const { rows } = await openPage(browser, mesh.dashboard.url, WIDE);
        await mesh.startSidecar(envoy);
        await eventually(rows).toContainEqual(expect.stringMatching(row("web", "orders", "sidecar")));
      } finally {
        await browser.close();
      }
    });
  });
});
