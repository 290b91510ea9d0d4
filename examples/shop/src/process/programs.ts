import { fileURLToPath } from "node:url";

/** What puts a program into the mesh, before its own first line. */
const REGISTER = import.meta.resolve("@dualmesh/sdk/register");

/** While the packages are worked on, everything runs from their sources, as whoever started the demo asked for. */
const FROM_SOURCE = REGISTER.endsWith(".ts");

const CONDITIONS = process.execArgv.filter((option) => option.startsWith("--conditions="));

const DUALMESH = fileURLToPath(
  new URL(`../../../../packages/cli/${FROM_SOURCE ? "src/main.ts" : "bin/dualmesh.js"}`, import.meta.url),
);

/** Arguments of Node that run the command `dualmesh`. */
export function dualmesh(...args: readonly string[]): readonly string[] {
  return [...CONDITIONS, DUALMESH, ...args];
}

/** Arguments of Node that run one of the programs in `apps`, in the mesh: all that differs from running it plainly. */
export function inTheMesh(app: string): readonly string[] {
  const program = fileURLToPath(new URL(`../apps/${app}.ts`, import.meta.url));
  return [...CONDITIONS, `--import=${REGISTER}`, program];
}
