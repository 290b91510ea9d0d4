import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CodeBlock } from "./code-block.ts";
import type { Printed } from "./expected-output.ts";

/** Longest that a block may run, in ms: an example that waits is a bad example. */
const TIMEOUT_MS = 15_000;

const recorder = fileURLToPath(new URL("record-output.ts", import.meta.url));

/** Runs and type-checks blocks from files inside the repository, so that imports resolve as a reader's would. */
export interface BlockRunner {
  /**
   * Runs one block from the sources.
   *
   * @throws {Error} with what it wrote, when it fails or does not end within 15 s.
   */
  run(block: CodeBlock): Promise<readonly Printed[]>;
  /** One sentence for each type error, with the line of the Markdown file. Checks all blocks in one go. */
  check(): Promise<ReadonlyMap<CodeBlock, readonly string[]>>;
  [Symbol.dispose](): void;
}

/** Writes the blocks into a folder of their own below the ignored `.cache/docs`; disposing removes it. */
export function createBlockRunner(root: string, blocks: readonly CodeBlock[]): BlockRunner {
  const parent = join(root, ".cache", "docs");
  mkdirSync(parent, { recursive: true });
  const folder = realpathSync(mkdtempSync(join(parent, "run-")));
  const fileOf = (block: CodeBlock): string =>
    join(folder, `${block.file.replace(/\W+/g, "-")}-${block.line}.ts`);
  // The empty export makes a module of a block without imports; at the end, so that no line moves.
  for (const block of blocks) writeFileSync(fileOf(block), `${block.code}\nexport {};\n`);

  return {
    async run(block) {
      const file = fileOf(block);
      const args = ["--conditions=@dualmesh/source", "--import", recorder, file];
      await execute(process.execPath, args, root, block);
      return JSON.parse(readFileSync(`${file}.printed.json`, "utf8")) as Printed[];
    },
    async check() {
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(projectFor(root)));
      const compiler = join(root, "node_modules", ".bin", "tsc");
      const output = await new Promise<string>((resolve) => {
        // Its exit code says only that there are errors, somewhere: those in blocks are ours.
        execFile(compiler, ["--pretty", "false", "-p", folder], { cwd: folder }, (_error, stdout) =>
          resolve(stdout),
        );
      });
      return new Map(blocks.map((block) => [block, errorsOf(block, fileOf(block), output)]));
    },
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function projectFor(root: string): object {
  return {
    extends: join(root, "tsconfig.test.json"),
    compilerOptions: {
      rootDir: root,
      // An example may name what it does not use, and writes process.env.HOME as everyone does.
      noUnusedLocals: false,
      noUnusedParameters: false,
      noPropertyAccessFromIndexSignature: false,
    },
    include: ["*.ts"],
  };
}

function errorsOf(block: CodeBlock, file: string, output: string): string[] {
  const name = file.slice(file.lastIndexOf("/") + 1);
  return output.split("\n").flatMap((row) => {
    const [, path = "", line = "", message = ""] = /^(.*?)\((\d+),\d+\): (error .*)$/.exec(row) ?? [];
    return path === name ? [`${block.file}:${block.line + Number(line) - 1}: ${message}`] : [];
  });
}

function execute(command: string, args: readonly string[], cwd: string, block: CodeBlock): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, timeout: TIMEOUT_MS, killSignal: "SIGKILL" }, (error, stdout, stderr) => {
      if (error === null) return resolve();
      const end = error.killed ? `did not end within ${TIMEOUT_MS} ms` : `ended with status ${error.code}`;
      reject(new Error(`${block.file}:${block.line}: the block ${end}\n${stdout}${stderr}`));
    });
  });
}
