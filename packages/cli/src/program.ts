import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { statusOf } from "./command-status.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { describeFailure } from "./user-error.ts";

/** A command: its line in the help, and the module that has the rest. */
interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loaded only when the command is asked for: `--version` must not load a data plane. */
  readonly load: () => Promise<{ readonly createCommand: (name: string) => Command }>;
}

const COMMANDS: readonly CommandEntry[] = [
  {
    name: "sidecar",
    summary: "run the data plane beside an application, from an Envoy bootstrap file",
    load: () => import("./commands/sidecar.ts"),
  },
  {
    name: "control-plane",
    summary: "serve a folder of configuration to sidecars, SDKs, Envoy and gRPC",
    load: () => import("./commands/control-plane.ts"),
  },
  {
    name: "run",
    summary: "run an application with the mesh inside it, without a change to its code",
    load: () => import("./commands/run.ts"),
  },
  {
    name: "explain",
    summary: "say where a request would go, and why",
    load: () => import("./commands/explain.ts"),
  },
  {
    name: "validate",
    summary: "check configuration files without serving them",
    load: () => import("./commands/validate.ts"),
  },
  {
    name: "lint",
    summary: "look for routes that are allowed and hardly meant",
    load: () => import("./commands/lint.ts"),
  },
  {
    name: "diff",
    summary: "say which requests another configuration sends another way",
    load: () => import("./commands/diff.ts"),
  },
  {
    name: "wire",
    summary: "say what every byte of a frame or a Hessian value is",
    load: () => import("./commands/wire.ts"),
  },
  {
    name: "generate",
    summary: "write TypeScript for the classes and interfaces of a Java service",
    load: () => import("./commands/generate.ts"),
  },
];

/** Runs one command line. Never rejects: what fails is told on stderr, and gives the status to end with. */
export async function runProgram(words: readonly string[]): Promise<ExitCode> {
  const program = createProgram();
  // Commands are loaded when they are named first: `help sidecar` is `sidecar --help`.
  const args = words[0] === "help" && words[1] !== undefined ? [words[1], "--help"] : words;
  const asked = COMMANDS.find(({ name }) => name === args.find((arg) => !arg.startsWith("-")));
  let exitCode: ExitCode = EXIT.fine;
  try {
    for (const { name, summary, load } of COMMANDS) {
      const command = name === asked?.name ? (await load()).createCommand(name) : new Command(name);
      program.addCommand(configure(command.summary(summary)));
    }
    // A command without an error of its own may still end with a status: `run` passes on that of the application.
    program.hook("postAction", (_, action) => {
      exitCode = statusOf(action);
    });
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.invalid;
    const failure = await describeFailure(error);
    for (const line of failure.text.split("\n")) process.stderr.write(`dualmesh: ${line}\n`);
    return failure.exitCode;
  }
}

function createProgram(): Command {
  return configure(new Command("dualmesh"))
    .description("A service mesh for Node: the same data plane inside the application or beside it.")
    .version(readVersion(), "-V, --version", "print the version")
    .helpCommand("help [command]", "print the help of a command")
    .enablePositionalOptions()
    .addHelpText(
      "after",
      `
Examples:
  $ dualmesh control-plane --config ./mesh --listen 127.0.0.1:18000
  $ dualmesh sidecar -c bootstrap.yaml
  $ dualmesh run --bootstrap bootstrap.yaml -- node app.js
  $ dualmesh explain -c bootstrap.yaml GET http://orders/

Exit status: 0 fine, 1 the answer is no, 2 wrong usage or invalid input.`,
    );
}

/** Each command fails in one sentence, and by an exception: this program ends in one place. */
function configure(command: Command): Command {
  for (const inner of command.commands) configure(inner);
  return command
    .exitOverride()
    .helpOption("-h, --help", "print this help")
    .showSuggestionAfterError(true)
    .configureOutput({ outputError: (text, write) => write(oneSentence(text)) });
}

/** `error: unknown option '--foo'\n(Did you mean --fog?)` becomes one line of ours. */
function oneSentence(text: string): string {
  return `dualmesh: ${text
    .trim()
    .replace(/^error: /, "")
    .replace(/\s*\n\s*/g, " ")}\n`;
}

/** Beside `src` and `dist` alike. */
function readVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
