import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { createApiReports } from "./api-report.ts";
import { listPublished } from "./published-package.ts";
import { readableReport } from "./readable-report.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const packages = await listPublished(root);
const files = packages.map(({ folder }) => `${folder}/api.md`);

let reports: ReadonlyMap<string, string>;
beforeAll(async () => {
  reports = await createApiReports(packages);
});

describe("what is committed for reviewers is what a package exports", () => {
  test.for(files.map((file) => ({ file, path: relative(root, file) })))("$path", async ({ file, path }) => {
    const committed = existsSync(file) ? await readFile(file, "utf8") : "";
    const stale = `${path} is stale: \`npm run api\` writes what is built now, and the change is public`;
    expect(reports.get(file), stale).toBe(committed);
  });
});

describe("a report", () => {
  const reportOf = (...lines: string[]) =>
    ["## API Report", "", "```ts", "", ...lines, "", "```", ""].join("\n");
  const codeOf = (...lines: string[]) => ["```ts", ...lines, "```"].join("\n");

  test.each([
    [
      "has no marks and no comments",
      [
        "// @public (undocumented)",
        "export interface A {",
        "    // (undocumented)",
        "    readonly b: 1;",
        "}",
      ],
      ["export interface A {", "    readonly b: 1;", "}"],
    ],
    [
      "keeps the marks that say something",
      ["// @beta", "export const a: 1;"],
      ["// @beta", "export const a: 1;"],
    ],
    [
      "names a module once",
      ["import { B } from 'x';", "import type { A } from 'x';", "", "// @public", "export type C = A | B;"],
      ['import { B, A } from "x";', "", "export type C = A | B;"],
    ],
    [
      "calls an imported name as it is called there",
      ["import { Body as Body_2 } from 'x';", "", "// @public", "export const a: Body_2;"],
      ['import { Body } from "x";', "", "export const a: Body;"],
    ],
    [
      "calls an exported name as users call it",
      [
        "// @public",
        "interface Body_2 {",
        "}",
        "export { Body_2 as Body }",
        "",
        "// @public",
        "export const a: Body_2;",
      ],
      ["export interface Body {", "}", "", "export const a: Body;"],
    ],
    [
      "counts the members of a generated table",
      ["export interface A {", ...Array.from({ length: 120 }, (_, i) => `    readonly a${i}: 1;`), "}"],
      ["export interface A { /* 120 generated members */ }"],
    ],
  ] as const)("%s", (_, report, readable) => {
    expect(readableReport(reportOf(...report))).toBe(codeOf(...readable));
  });

  test("of an entry without names says so", () => {
    const empty = reportOf("// (No @packageDocumentation comment for this package)");
    expect(readableReport(empty)).toBe("Nothing: importing it is its use.");
  });
});
