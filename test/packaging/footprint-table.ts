import type { Footprint } from "./footprint.ts";

/** How far a number may be from the table, so that not every commit changes it: of what the table says, and at least. */
const TOLERANCE = { ratio: 0.15, modules: 3, kilobytes: 3 } as const;

const SCOPE = "@dualmesh/";
const HEAD = ["| entry | packed | unpacked | modules | of ours | of others |", "|---|---|---|---|---|---|"];

/** The table of `docs/footprint.md`. */
export function renderFootprints(footprints: readonly Footprint[]): string {
  const rows = footprints.map(({ entry, packedBytes, unpackedBytes, modules, ours, others }) => {
    const names = [ours.map((name) => name.slice(SCOPE.length)), others].map((each) => each.join(", "));
    return `| ${[`\`${entry}\``, size(packedBytes), size(unpackedBytes), modules, ...names].join(" | ")} |`;
  });
  return [...HEAD, ...rows].join("\n");
}

/** The text with this table in place of its own. */
export function withTable(text: string, table: string): string {
  return text.replace(/^\| entry \|.*\n(\|.*\n)*/m, `${table}\n`);
}

/** One sentence for each row in which what was measured is not what a text's table says. */
export function driftOf(text: string, measured: readonly Footprint[]): string[] {
  const rows = new Map(readRows(text).map((row) => [row.entry, row]));
  const unknown = [...rows.keys()].filter((entry) => !measured.some((each) => each.entry === entry));
  return [
    ...unknown.map((entry) => `${entry} is in the table, and no entry point`),
    ...measured.flatMap((each) => {
      const row = rows.get(each.entry);
      return row === undefined ? [`${each.entry} is not in the table`] : compare(row, each);
    }),
  ];
}

interface Row {
  readonly entry: string;
  readonly packed: number;
  readonly unpacked: number;
  readonly modules: number;
  readonly names: string;
}

function readRows(text: string): Row[] {
  return [...text.matchAll(/^\| `(.+)` \|(.*)\|(.*)\|(.*)\|(.*)\|(.*)\|$/gm)].map(
    ([, entry = "", packed = "", unpacked = "", modules = "", ours = "", others = ""]) => ({
      entry,
      packed: Number.parseInt(packed, 10) || 0,
      unpacked: Number.parseInt(unpacked, 10) || 0,
      modules: Number(modules),
      names: `${ours.trim()} | ${others.trim()}`,
    }),
  );
}

function compare(row: Row, measured: Footprint): string[] {
  const [now] = readRows(renderFootprints([measured]));
  if (now === undefined) return [];
  const { modules, kilobytes } = TOLERANCE;
  return [
    ...(now.names === row.names ? [] : [`${row.entry} loads "${now.names}", the table says "${row.names}"`]),
    ...apart(`${row.entry} packed`, now.packed, row.packed, kilobytes, "kB"),
    ...apart(`${row.entry} unpacked`, now.unpacked, row.unpacked, kilobytes, "kB"),
    ...apart(`${row.entry} loads`, now.modules, row.modules, modules, "modules"),
  ];
}

function apart(what: string, now: number, said: number, least: number, unit: string): string[] {
  const allowed = Math.max(least, said * TOLERANCE.ratio);
  return Math.abs(now - said) <= allowed ? [] : [`${what}: ${now} ${unit}, the table says ${said}`];
}

function size(bytes: number): string {
  return bytes === 0 ? "" : `${Math.ceil(bytes / 1000)} kB`;
}
