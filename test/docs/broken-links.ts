import { posix } from "node:path";

/** The text of a file of the repository, the empty string for a folder, undefined for what does not exist. */
export type Lookup = (path: string) => string | undefined;

/** One sentence for each relative link whose file or heading is not there. Links to other sites are not followed. */
export function brokenLinks(path: string, text: string, lookup: Lookup): string[] {
  return findLinks(text).flatMap(({ target, line }) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return [];
    const where = `${path}:${line} links to ${target}`;
    if (target.startsWith("/")) return [`${where}: write it relative to the file`];
    const [file = "", anchor = ""] = target.split("#");
    const destination = file === "" ? path : posix.join(posix.dirname(path), decodeURIComponent(file));
    const found = file === "" ? text : lookup(destination.replace(/\/$/, ""));
    if (found === undefined) return [`${where}, which does not exist`];
    if (anchor === "" || !destination.endsWith(".md") || headingIds(found).has(anchor)) return [];
    return [`${where}, but ${destination} has no such heading`];
  });
}

function findLinks(text: string): { target: string; line: number }[] {
  return withoutCode(text)
    .split("\n")
    .flatMap((row, index) => {
      const inline = [...row.matchAll(/\]\(<?([^()\s>]+)>?(?:\s+"[^"]*")?\)/g)];
      const reference = [...row.matchAll(/^ {0,3}\[[^\]]+\]:\s+<?([^\s>]+)>?/g)];
      return [...inline, ...reference].map((match) => ({ target: match[1] ?? "", line: index + 1 }));
    });
}

/** Blank lines in place of code blocks and nothing in place of code spans, so that lines keep their numbers. */
function withoutCode(text: string): string {
  return text
    .replace(/^ {0,3}(`{3,}|~{3,})[\s\S]*?^ {0,3}\1.*$/gm, (block) => block.replace(/[^\n]/g, ""))
    .replace(/`[^`\n]*`/g, "");
}

/** The ids that GitHub gives to headings: lower case, punctuation dropped, spaces to hyphens, repeats numbered. */
function headingIds(text: string): Set<string> {
  const ids = new Set<string>();
  const blocksRemoved = text.replace(/^ {0,3}(`{3,}|~{3,})[\s\S]*?^ {0,3}\1.*$/gm, "");
  for (const [, title = ""] of blocksRemoved.matchAll(/^#{1,6}\s+(.*)$/gm)) {
    const base = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-");
    let id = base;
    for (let n = 1; ids.has(id); n++) id = `${base}-${n}`;
    ids.add(id);
  }
  return ids;
}
