import { Command } from "commander";
import { endWith } from "../command-status.ts";
import { EXIT } from "../exit-code.ts";
import { repeatable } from "../options/repeatable.ts";

interface Flags {
  readonly group?: string;
  readonly extension?: readonly string[];
  readonly json?: true;
}

export function createCommand(name: string): Command {
  return new Command(name)
    .description("Compares two configurations by what they do.")
    .addCommand(routesCommand());
}

function routesCommand(): Command {
  const command: Command = new Command("routes")
    .summary("which requests go another way")
    .description(
      "Says which requests go another way with another configuration: requests that the routes of both are " +
        "about are made up and tried with each, and routes that none of them can take are told. Status 1 if any does.",
    )
    .argument("<before>", "the configuration of today: a file or a folder")
    .argument("<after>", "the configuration of tomorrow")
    .option("--group <name>", "the nodes whose folder counts too")
    .option("--extension <file>", "a module with filters of your own; may be repeated", repeatable)
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  $ dualmesh diff routes bootstrap.yaml bootstrap.new.yaml")
    .action(async (before: string, after: string, flags: Flags) => {
      const [{ loadOwn }, { diffConfigs }, { loadExtensions }] = await Promise.all([
        import("../explain/load-config.ts"),
        import("../routes/diff-configs.ts"),
        import("../sidecar/load-extensions.ts"),
      ]);
      const registry = await loadExtensions(flags.extension ?? []);
      const [was, is] = await Promise.all([loadOwn(before, flags.group), loadOwn(after, flags.group)]);
      const tables = diffConfigs(was, is, registry);
      const told = tables.filter(({ diff }) => diff.detours.length + diff.untried.length > 0);
      const tried = tables.reduce((sum, { diff }) => sum + diff.tried, 0);
      const detours = told.flatMap(({ table, diff }) =>
        diff.detours.map((one) => ({ table, ...one, request: String(one.request) })),
      );
      const untried = told.flatMap(({ table, diff }) => diff.untried.map((route) => ({ table, route })));
      const otherWay = detours.reduce((sum, { requests }) => sum + requests, 0);
      if (flags.json) process.stdout.write(`${JSON.stringify({ tried, detours, untried }, null, 2)}\n`);
      else {
        const lines = [
          ...told.flatMap(({ table, diff }) => [table, String(diff).replace(/^/gm, "  ")]),
          `${tried} requests tried: ${otherWay === 0 ? "all go the same way" : `${otherWay} go another way`}${
            untried.length === 0 ? "" : `; ${untried.length} routes not tried`
          }`,
        ];
        process.stdout.write(`${lines.join("\n")}\n`);
      }
      endWith(command, detours.length === 0 ? EXIT.fine : EXIT.negative);
    });
  return command;
}
