import { Command } from "commander";
import { endWith } from "../command-status.ts";
import { EXIT } from "../exit-code.ts";
import { repeatable } from "../options/repeatable.ts";

interface ExplainFlags {
  readonly config: string;
  readonly resources?: string;
  readonly header?: readonly string[];
  readonly from?: string;
  readonly listener?: string;
  readonly group?: string;
  readonly extension?: readonly string[];
  readonly json?: true;
}

export function createCommand(name: string): Command {
  const command: Command = new Command(name)
    .description(
      "Says where a request would go: the virtual host, the route, the cluster, its endpoints, and why not " +
        "the others. Reads a bootstrap's own resources, a file of resources, or a control plane's folder; opens nothing.",
    )
    .argument("<method>", "GET, POST, …")
    .argument("<url>", "http://<authority>/<path>")
    .requiredOption("-c, --config <path>", "the configuration: a file or a folder")
    .option("--resources <path>", "what the control plane of a bootstrap serves: its folder, or a file")
    .option("-H, --header <line>", 'a header of the request, "name: value"; may be repeated', repeatable)
    .option("--from <address>", "the client's address, without port")
    .option("--listener <name>", "the listener it comes in at (default: the one for outbound calls)")
    .option("--group <name>", "the nodes whose folder counts too (default: node.cluster of the bootstrap)")
    .option("--extension <file>", "a module with filters of your own; may be repeated", repeatable)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Status 0 if the request is forwarded or answered, 1 if no route matches or the cluster cannot be called.

Example:
  $ dualmesh explain -c bootstrap.yaml GET http://orders/7 -H 'x-user: ada'`,
    )
    .action(async (method: string, url: string, flags: ExplainFlags) => {
      const [
        { loadConfig },
        { explainRequest },
        printing,
        { parseRequest },
        { clientFacts },
        { loadExtensions },
      ] = await Promise.all([
        import("../explain/load-config.ts"),
        import("../explain/explain-request.ts"),
        import("../explain/print-explained.ts"),
        import("../explain/parse-request.ts"),
        import("../explain/client-facts.ts"),
        import("../sidecar/load-extensions.ts"),
      ]);
      const explained = await explainRequest({
        head: parseRequest(method, url, flags.header ?? []),
        facts: clientFacts(flags.from),
        resources: await loadConfig({
          config: flags.config,
          resources: flags.resources,
          group: flags.group,
        }),
        listener: flags.listener,
        registry: await loadExtensions(flags.extension ?? []),
      });
      const text = flags.json
        ? JSON.stringify(printing.explainedJson(explained), null, 2)
        : printing.printExplained(explained);
      process.stdout.write(`${text}\n`);
      const works = explained.action !== undefined && explained.cluster?.failed === undefined;
      endWith(command, works ? EXIT.fine : EXIT.negative);
    });
  return command;
}
