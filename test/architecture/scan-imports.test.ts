import { describe, expect, test } from "vitest";
import { scanImports } from "./scan-imports.ts";

describe("what counts as an import", () => {
  test.each([
    [`import { a } from "x";`, "value x"],
    [`import a, { b as c } from 'x'`, "value x"],
    [`import * as a from "x";`, "value x"],
    [`import "x";`, "value x"],
    [`import {\n  a,\n  type B,\n} from "x";`, "value x"],
    [`import type { A } from "x";`, "type x"],
    [`import type A from "x";`, "type x"],
    [`import type from "x";`, "value x"],
    [`import { from } from "x";`, "value x"],
    [`export { a } from "x";`, "value x"],
    [`export type { A } from "x";`, "type x"],
    [`export * from "x";`, "value* x"],
    [`export * as a from "x";`, "value x"],
    [`export type * from "x";`, "type* x"],
    [`const a = await import("x");`, "dynamic x"],
    [`const a = await import(\`x\`);`, "dynamic x"],
    [`const a = require("x");`, "dynamic x"],
    [`const a = createRequire(import.meta.url)("x");`, "dynamic x"],
    [`const a = import.meta.resolve("x");`, "dynamic x"],
    [`const a = require.resolve("x");`, "dynamic x"],
    [`let a: typeof import("x");`, "type x"],
  ])("%s", (text, expected) => {
    expect(imports(text)).toEqual([expected]);
  });
});

describe("what does not", () => {
  test.each([
    [`// import { a } from "x";`],
    [`/* import "x"; */`],
    [`/**\n * import { a } from "x";\n */`],
    [`const a = 'import { b } from "x";';`],
    [`const a = \`import { b } from "x"; \${c + "}"} import "y";\`;`],
    [`const a = /import "x"/;`],
    [`const a = /["'\`]/.test(b); // a quote inside a regular expression opens nothing`],
    [`const a = b! / 2; const c = "import 'x'" + 1 / 2;`],
    [`const a = (b) / 2 / 3; const c = 'import "x"';`],
    [`import.meta.url.startsWith("x");`],
    [`path.resolve("x");`],
    [`loader.import("x");`],
    [`export { a };\nconst from = "x";`],
    [`export const a = { import: "x" };`],
    [`const a = import(name);`],
    [`const require = createRequire(import.meta.url); constructor("x");`],
  ])("%s", (text) => {
    expect(imports(text)).toEqual([]);
  });
});

test("an import inside a template's substitution is found, and the line is right", () => {
  const text = "`a\n$" + "{ { b: `c` } }\n$" + "{await import('x')}`";
  expect(scanImports(text, "a.ts")).toMatchObject([{ specifier: "x", line: 3 }]);
});

test("what cannot be followed is refused with file and line", () => {
  expect(() => scanImports('const a = 1;\nconst b = "open\n', "a.ts")).toThrow("a.ts:2: a string has no end");
  expect(() => scanImports("const b = `open ${", "a.ts")).toThrow("a.ts:1: a template has no end");
});

function imports(text: string): string[] {
  return scanImports(text, "a.ts").map(
    ({ specifier, kind, star }) => `${kind}${star ? "*" : ""} ${specifier}`,
  );
}
