import { Command } from "commander";
import { endWith } from "../command-status.ts";
import { EXIT } from "../exit-code.ts";
import { repeatable } from "../options/repeatable.ts";

interface Flags {
  readonly ignore?: readonly string[];
  readonly extension?: readonly string[];
  readonly json?: true;
}

const RULES = `
Rules:
  unreachable-route     an earlier route takes all its requests
  never-matches         no request can fulfil it
  domain-never-matches  no authority can be claimed by it
  overlapping-domains   a prefix loses to a suffix of another virtual host what both claim
  no-routes             a virtual host answers everything with 404
  share-not-met         a weighted cluster never gets a request, or a share is not what it looks like
  unknown-cluster       it leads to a cluster that is not there
  plain-regex           an expression says what a plain matcher says
  redirect-loop         clients that follow come back to where they were

Example:
  $ dualmesh lint routes bootstrap.yaml --ignore overlapping-domains`;

export function createCommand(name: string): Command {
  return new Command(name)
    .description("Looks for what is allowed, and hardly meant.")
    .addCommand(routesCommand());
}

function routesCommand(): Command {
  const command: Command = new Command("routes")
    .summary("routes that no request reaches, shares that are never met, redirects in a circle …")
    .description(
      "Looks for routes that no request reaches, domains that take one another's requests, shares that are " +
        "never met, expressions that say what a plain matcher says, and redirects in a circle, each at its line. " +
        "Status 1 if there is anything.",
    )
    .argument("<path...>", "bootstraps, files of resources, or folders of a control plane")
    .option("--ignore <rule>", "a rule that does not count; may be repeated", repeatable)
    .option("--extension <file>", "a module with filters of your own; may be repeated", repeatable)
    .option("--json", "print one JSON object")
    .addHelpText("after", RULES)
    .action(async (paths: readonly string[], flags: Flags) => {
      const [{ lintFiles }, { FINDING_RULES }, { UserError }, { loadExtensions }] = await Promise.all([
        import("../routes/lint-files.ts"),
        import("@dualmesh/routing/lint"),
        import("../user-error.ts"),
        import("../sidecar/load-extensions.ts"),
      ]);
      const unknown = (flags.ignore ?? []).find(
        (rule) => !(FINDING_RULES as readonly string[]).includes(rule),
      );
      if (unknown !== undefined) {
        throw new UserError(`lint: there is no rule "${unknown}"; there are ${FINDING_RULES.join(", ")}`);
      }
      const registry = await loadExtensions(flags.extension ?? []);
      const lint = await lintFiles(paths, new Set(flags.ignore), registry);
      const { findings, routes } = lint;
      const lines = [
        ...findings.map(String),
        `${routes} ${routes === 1 ? "route" : "routes"}: ${findings.length === 0 ? "OK" : `${findings.length} found`}`,
      ];
      process.stdout.write(flags.json ? `${JSON.stringify(lint, null, 2)}\n` : `${lines.join("\n")}\n`);
      endWith(command, findings.length === 0 ? EXIT.fine : EXIT.negative);
    });
  return command;
}
