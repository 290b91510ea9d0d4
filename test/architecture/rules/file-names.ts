import type { Rule } from "../workspace.ts";

/** Names that say nothing about what is inside: a helper lives beside its caller until a second one names it. */
const EMPTY_NAMES = new Set(
  "util utils common helper helpers shared misc type types interface interfaces manager".split(" "),
);

/** Files and folders are named in kebab-case, after a concept. */
export const fileNames: Rule = (workspace) =>
  workspace.files.flatMap(({ path, home }) => {
    const names = path.slice(home.length).split("/").filter(Boolean);
    return names
      .map((name) => name.replace(/((\.property)?\.test|\.bench|\.config|\.d)?\.[cm]?[jt]s$/, ""))
      .flatMap((name) => {
        if (EMPTY_NAMES.has(name)) return [`${path}: "${name}" says nothing; name the concept`];
        return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) ? [] : [`${path}: "${name}" is not kebab-case`];
      });
  });
