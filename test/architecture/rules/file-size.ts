import type { Rule } from "../workspace.ts";

/** Lines, comments included. Past it the question is what the second concept of the file is. */
const MAX_LINES = 320;

/** One concept per file. */
export const fileSize: Rule = (workspace) =>
  workspace.files
    .map(({ path, text }) => ({ path, lines: text.replace(/\n$/, "").split("\n").length }))
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ path, lines }) => `${path}: ${lines} lines, over the limit of ${MAX_LINES}`);
