import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Every source file of every package whose comments an editor shows, relative to the root, sorted; none generated. */
export function listSources(root: string): string[] {
  return readdirSync(join(root, "packages"))
    .flatMap((name) =>
      readdirSync(join(root, "packages", name, "src"), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && !file.startsWith("generated"))
        .map((file) => `packages/${name}/src/${file}`),
    )
    .sort();
}

/**
 * The text of all doc comments of a source, without their stars and with a blank line for every line between them: as
 * Markdown, whose lines have the numbers of the source.
 *
 * @throws {SyntaxError} for an `@example` that is followed by no ` ```ts` block: nobody would run it.
 */
export function readDocComments(file: string, source: string): string {
  const lines = source.split("\n").map(() => "");
  for (const { 0: comment, index } of source.matchAll(/^[ \t]*\/\*\*(?!\/)[\s\S]*?\*\//gm)) {
    const first = source.slice(0, index).split("\n").length - 1;
    for (const [offset, row] of comment.split("\n").entries()) {
      lines[first + offset] = row.replace(/^\s*(\/\*\*|\*(?!\/)) ?/, "").replace(/\s*\*\/$/, "");
    }
  }
  for (const [index, row] of lines.entries()) {
    if (!/^@example\b/.test(row)) continue;
    const next = lines.slice(index + 1).find((each) => each !== "") ?? "";
    if (!/^```ts\b/.test(next))
      throw new SyntaxError(`${file}:${index + 1}: @example wants a \`\`\`ts block`);
  }
  return lines.join("\n");
}
