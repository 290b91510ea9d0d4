import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CodeBlock, readCodeBlocks } from "../docs/code-block.ts";
import { matchesExpected, readExpectedOutput } from "../docs/expected-output.ts";

/** The first example of a package's README that runs, as the programs that users would make of it. */
export interface FirstExample {
  /** As a module: what the README says. */
  readonly esm: string;
  /** As CommonJS in TypeScript: `import` becomes `require`, and what awaits stands in a function. */
  readonly cjs: string;
  /** The lines that it prints, in the order of the text. `…` stands for anything within a line. */
  readonly printed: readonly string[];
}

/** Undefined for a README without one, as that of the command line. */
export async function readFirstExample(folder: string): Promise<FirstExample | undefined> {
  const text = await readFile(join(folder, "README.md"), "utf8");
  const block = readCodeBlocks("README.md", text).find(({ noRun }) => noRun === undefined);
  return block === undefined ? undefined : toExample(block);
}

function toExample({ code }: CodeBlock): FirstExample {
  const imports = [...code.matchAll(/^import [^;]*;$/gm)].map(([statement]) => statement);
  const body = code.replace(/^import [^;]*;$/gm, "");
  return {
    esm: `${code}\nexport {};\n`,
    cjs: `${imports.join("\n")}\nvoid (async () => {\n${body}\n})();\n`,
    printed: readExpectedOutput(code).flatMap(({ printed }) => printed),
  };
}

/** One sentence for each line that is missing, or too many. The order is not compared: callbacks print when they run. */
export function comparePrinted(wanted: readonly string[], output: string): string[] {
  const left = output.trim().split("\n");
  const missing = wanted.filter((line) => {
    const found = left.findIndex((text) => matchesExpected(text.trim(), line));
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
  return [
    ...missing.map((line) => `prints no ${JSON.stringify(line)}`),
    ...left.map((line) => `prints ${JSON.stringify(line)}`),
  ];
}
