/** A fenced block of TypeScript in a Markdown file, or in the doc comments of a source. */
export interface CodeBlock {
  /** Relative to the root of the repository. */
  readonly file: string;
  /** The line of the file on which the code begins, from 1: line n of the code is line `line + n - 1` of the file. */
  readonly line: number;
  readonly code: string;
  /** Why the block cannot run, from ` ```ts no-run: <reason>`; undefined for a block that runs. */
  readonly noRun: string | undefined;
}

/**
 * The blocks that readers will copy: ` ```ts` is type-checked and run, ` ```ts no-run: <reason>` only type-checked.
 *
 * @throws {SyntaxError} for a block that would escape both: another spelling of the language, an unknown mark, a
 *   `no-run` without a reason, or a fence without an end.
 */
export function readCodeBlocks(file: string, text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { fence: string; info: string; line: number; code: string[] } | undefined;
  for (const [index, row] of text.split("\n").entries()) {
    const [, fence = "", info = ""] = /^\s*(`{3,}|~{3,})\s*(.*)$/.exec(row) ?? [];
    if (open === undefined) {
      if (fence !== "") open = { fence, info: info.trim(), line: index + 2, code: [] };
    } else if (fence.startsWith(open.fence) && info === "") {
      const block = toBlock(file, open);
      if (block !== undefined) blocks.push(block);
      open = undefined;
    } else {
      open.code.push(row);
    }
  }
  if (open !== undefined) throw new SyntaxError(`${file}:${open.line - 1}: the code block has no end`);
  return blocks;
}

function toBlock(
  file: string,
  { info, line, code }: { info: string; line: number; code: readonly string[] },
): CodeBlock | undefined {
  const [language = "", ...marks] = info.split(/\s+/);
  const where = `${file}:${line - 1}`;
  if (/^(typescript|javascript|js|mjs|tsx|jsx)$/.test(language)) {
    throw new SyntaxError(`${where}: write \`\`\`ts in place of \`\`\`${language}, so that the block is run`);
  }
  if (language !== "ts") return undefined;
  const mark = marks.join(" ");
  const noRun = /^no-run: (.+)$/.exec(mark)?.[1];
  if (mark !== "" && noRun === undefined) {
    throw new SyntaxError(`${where}: "${mark}" is no mark; write "no-run: <reason>", or none`);
  }
  return { file, line, code: code.join("\n"), noRun };
}
