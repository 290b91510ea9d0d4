import { readdirSync } from "node:fs";
import { join } from "node:path";

const NOT_OURS = new Set(["node_modules", "dist", "vectors", "fixtures"]);

/** Every Markdown file of the repository, relative to its root, sorted; none in hidden folders. */
export function listMarkdown(root: string): string[] {
  const visit = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory())
        return entry.name.startsWith(".") || NOT_OURS.has(entry.name) ? [] : visit(path);
      return entry.name.endsWith(".md") ? [path] : [];
    });
  return visit("").sort();
}

/** Whether readers copy code out of a file: the READMEs and the guide. Decisions quote code that need not stand alone. */
export function holdsExamples(path: string): boolean {
  return /(^|\/)README\.md$/.test(path) || path.startsWith("docs/guide/");
}
