/**
 * Records what a program prints as a picture that moves: `node scripts/record-terminal.ts docs/images/shop.svg npm start -- --once`.
 * Lines come in as they did, and the last of them stay to be read. Whoever wants no motion sees the end.
 */
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";

/** Rows and columns of the picture. */
const ROWS = 30;
const COLUMNS = 82;
const ROW_HEIGHT = 18;
const CHARACTER_WIDTH = 7.8;
const PADDING = 14;
/** The end is shown this long before it begins anew. Seconds. */
const REST_S = 12;

interface Line {
  readonly text: string;
  readonly atS: number;
}

const [target, command, ...args] = process.argv.slice(2);
if (target === undefined || command === undefined) {
  console.error("node scripts/record-terminal.ts <picture.svg> <command> [argument …]");
  process.exit(2);
}
const lines = await record(command, args);
await writeFile(target, picture([{ text: `$ ${[command, ...args].join(" ")}`, atS: 0 }, ...lines]));
console.log(`${target}: ${lines.length} lines, ${(lines.at(-1)?.atS ?? 0).toFixed(1)} s`);

async function record(program: string, given: readonly string[]): Promise<readonly Line[]> {
  const child = spawn(program, given, { stdio: ["ignore", "pipe", "inherit"] });
  const began = performance.now();
  const heard: Line[] = [];
  for await (const text of createInterface({ input: child.stdout })) {
    heard.push({ text: stripVTControlCharacters(text), atS: (performance.now() - began) / 1_000 });
  }
  const code = await new Promise<number | null>((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else child.once("exit", resolve);
  });
  if (code !== 0) throw new Error(`${program} ended with ${code}; nothing was recorded`);
  // What npm says of itself is no part of the program.
  const own = heard.filter(({ text }) => !text.startsWith("> "));
  return own.slice(own.findIndex(({ text }) => text !== ""));
}

function picture(all: readonly Line[]): string {
  const totalS = (all.at(-1)?.atS ?? 0) + REST_S;
  const [width, height] = [COLUMNS * CHARACTER_WIDTH + 2 * PADDING, ROWS * ROW_HEIGHT + 2 * PADDING];
  // Each line pushes up those before it; the first ones begin at the top.
  const shift = (count: number): number => -Math.max(count - ROWS, 0) * ROW_HEIGHT;
  const moments = all.map(({ atS }, i) => {
    const percent = ((atS / totalS) * 100).toFixed(3);
    const shown = PADDING + Math.min(i + 1, ROWS) * ROW_HEIGHT;
    return { percent, transform: shift(i + 1), shown };
  });
  // Of lines that came at the same moment, the last one.
  const frames = [...new Map(moments.map((moment) => [moment.percent, moment])).values()];
  const scroll = frames.map(({ percent, transform }) => `${percent}%{transform:translateY(${transform}px)}`);
  const reveal = frames.map(({ percent, shown }) => `${percent}%{height:${shown}px}`);
  const end = frames.at(-1);
  const rows = all.map(
    ({ text }, i) =>
      `<text x="${PADDING}" y="${PADDING + (i + 0.75) * ROW_HEIGHT}"${styleOf(text)}>${asXml(text.slice(0, COLUMNS))}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="A terminal that plays the script of the shop">
<style>
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#d7dde4;white-space:pre}
.title{fill:#7fd1ff;font-weight:bold}.good{fill:#8be28b}.command{fill:#ffffff;font-weight:bold}
#lines{animation:scroll ${totalS.toFixed(1)}s step-end infinite}#window{animation:reveal ${totalS.toFixed(1)}s step-end infinite}
@keyframes scroll{${scroll.join("")}100%{transform:translateY(${end?.transform ?? 0}px)}}
@keyframes reveal{${reveal.join("")}100%{height:${end?.shown ?? height}px}}
@media (prefers-reduced-motion:reduce){#lines{animation:none;transform:translateY(${end?.transform ?? 0}px)}#window{animation:none}}
</style>
<rect width="${width}" height="${height}" rx="8" fill="#12161b"/>
<clipPath id="clip"><rect id="window" width="${width}" height="${height - PADDING}"/></clipPath>
<g clip-path="url(#clip)"><g id="lines">
${rows.join("\n")}
</g></g>
</svg>
`;
}

function styleOf(text: string): string {
  if (text.startsWith("$ ")) return ' class="command"';
  if (/^ *[\d.]+ s {2}\d+ {2}/.test(text) || /^ {2}step /.test(text)) return ' class="title"';
  return /\bheld$|^(lost calls|in doubt): 0$/.test(text) ? ' class="good"' : "";
}

function asXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
