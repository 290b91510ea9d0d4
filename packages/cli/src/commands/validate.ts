import { Command } from "commander";
import { endWith } from "../command-status.ts";
import { EXIT } from "../exit-code.ts";
import { repeatable } from "../options/repeatable.ts";

interface ValidateFlags {
  readonly json?: true;
  readonly extension?: readonly string[];
}

export function createCommand(name: string): Command {
  const command: Command = new Command(name)
    .description(
      "Checks configuration without serving it: bootstraps, files of resources, folders of a control " +
        "plane. Says what is wrong (status 1), and what this data plane accepts but does not do (a " +
        "warning, status 0), each at its line.",
    )
    .argument("<path...>", "files or folders")
    .option("--extension <file>", "a module with filters of your own; may be repeated", repeatable)
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  $ dualmesh validate ./mesh bootstrap.yaml")
    .action(async (paths: readonly string[], flags: ValidateFlags) => {
      const [{ checkFiles }, { formatProblem }, { loadExtensions }] = await Promise.all([
        import("../validate/check-files.ts"),
        import("@dualmesh/envoy-api"),
        import("../sidecar/load-extensions.ts"),
      ]);
      const check = await checkFiles(paths, await loadExtensions(flags.extension ?? []));
      const { files, problems, warnings } = check;
      if (flags.json) process.stdout.write(`${JSON.stringify(check, null, 2)}\n`);
      else {
        const lines = [
          ...problems.map((problem) => formatProblem(problem)),
          ...warnings.map((warning) => `warning: ${formatProblem(warning)}`),
          `${count(files, "file")}: ${problems.length === 0 ? "OK" : count(problems.length, "problem")}${
            warnings.length === 0 ? "" : `, ${count(warnings.length, "warning")}`
          }`,
        ];
        process.stdout.write(`${lines.join("\n")}\n`);
      }
      endWith(command, problems.length === 0 ? EXIT.fine : EXIT.negative);
    });
  return command;
}

function count(n: number, what: string): string {
  return n === 1 ? `1 ${what}` : `${n} ${what}s`;
}
