import type { Browser, Page } from "puppeteer-core";

/** How a page is looked at. */
export interface Look {
  readonly width: number;
  readonly scheme: "light" | "dark";
}

/** A page in a browser, and all that went wrong with it. */
export interface OpenedPage {
  readonly page: Page;
  /** URLs that it asked for. */
  readonly asked: readonly string[];
  /** Errors and warnings of its console, and what was thrown. */
  readonly complaints: readonly string[];
  /** All text that can be seen. */
  text(): Promise<string>;
  /** The rows of the table of calls, each in one line. */
  rows(): Promise<readonly string[]>;
  /** The accessible name or the text of what has the focus. */
  focused(): Promise<string>;
  /** Goes on from element to element by the tabulator, until the one whose name contains this has the focus. */
  tabTo(name: string): Promise<void>;
}

/** More stops than any page of ours has. */
const MAX_STOPS = 150;

const FOCUSED = `(() => {
  const { activeElement: element } = document;
  return (element?.getAttribute("aria-label") ?? element?.textContent ?? "").replace(/\\s+/g, " ");
})()`;

export async function openPage(browser: Browser, url: string, look: Look): Promise<OpenedPage> {
  const page = await browser.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  const isPhone = look.width < 500;
  await page.setViewport({ width: look.width, height: 900, isMobile: isPhone, hasTouch: isPhone });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: look.scheme }]);
  await page.goto(url);
  const opened: OpenedPage = {
    page,
    asked,
    complaints,
    text: () => page.evaluate("document.body.innerText") as Promise<string>,
    rows: () =>
      page.evaluate(
        `[...document.querySelectorAll("#edges tbody tr")].map((row) => row.innerText.replace(/\\s+/g, " ").trim())`,
      ) as Promise<readonly string[]>,
    focused: () => page.evaluate(FOCUSED) as Promise<string>,
    async tabTo(name) {
      for (let stops = 0; stops < MAX_STOPS; stops++) {
        await page.keyboard.press("Tab");
        if ((await opened.focused()).includes(name)) return;
      }
      throw new Error(`no tabulator leads to "${name}"`);
    },
  };
  return opened;
}
