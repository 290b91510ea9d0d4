import type { Rule, SourceFile } from "../workspace.ts";

/** What only the owner of a process may touch: its environment, its end, its signals and last-resort handlers. */
const OWNED = new Set("env exit exitCode abort chdir on once addListener prependListener".split(" "));

/** The programs: the command line, and the module that an application preloads in place of code. */
const isProgram = ({ home, path }: SourceFile): boolean =>
  home === "packages/cli" ||
  home.startsWith("examples/") ||
  /^packages\/sdk\/src\/register(\.ts|\/)/.test(path);

/** A library never owns the process: what it needs from the environment comes in as an argument. */
export const processOwnership: Rule = (workspace) =>
  workspace.files
    .filter((file) => file.home !== "" && file.part === "src" && !isProgram(file))
    .flatMap(({ path, tokens }) =>
      tokens.flatMap(({ value, line }, at) => {
        const member = tokens[at + 2]?.value ?? "";
        const touches = value === "process" && tokens[at + 1]?.value === "." && OWNED.has(member);
        return touches ? [`${path}:${line} touches process.${member}: only programs own the process`] : [];
      }),
    );
