import type { EndpointAddress } from "@dualmesh/dataplane";
import { Command, InvalidArgumentError, Option } from "commander";
import { EXIT } from "../exit-code.ts";
import { createLog, LOG_LEVELS, type LogLevel } from "../log-line.ts";
import { parseAdminAddress } from "../options/admin-address.ts";
import { repeatable } from "../options/repeatable.ts";
import { parseSeconds } from "../options/seconds.ts";
import { describeFailure, UserError } from "../user-error.ts";

interface SidecarFlags {
  readonly configPath?: string;
  readonly configYaml?: string;
  readonly mode: "serve" | "validate";
  readonly serviceNode?: string;
  readonly serviceCluster?: string;
  readonly drainTimeS?: number;
  readonly logLevel: LogLevel;
  readonly extension?: readonly string[];
  /** `false`: none. */
  readonly controlSocket?: string | false;
  readonly reportTo?: EndpointAddress;
  readonly adminAddressPath?: string;
  readonly concurrency?: number;
}

export function createCommand(name: string): Command {
  return withEnvoyFlags(new Command(name))
    .description(
      "Runs the data plane beside an application, from the bootstrap file that Envoy takes too. " +
        "Listeners, clusters and routes come from the file, or from the control plane that it names.",
    )
    .option("-c, --config-path <file>", "the bootstrap: JSON if its name ends in .json, YAML else")
    .option("--config-yaml <text>", "a bootstrap as YAML, merged over the file")
    .addOption(
      new Option("--mode <mode>", "serve, or check the bootstrap and end")
        .choices(["serve", "validate"])
        .default("serve"),
    )
    .option("--service-node <id>", "in place of node.id of the bootstrap")
    .option("--service-cluster <name>", "in place of node.cluster of the bootstrap")
    .option(
      "--drain-time-s <seconds>",
      "how long calls under way may take at the end (default: 600)",
      parseSeconds,
    )
    .addOption(
      new Option("-l, --log-level <level>", "what is logged on stderr").choices(LOG_LEVELS).default("info"),
    )
    .option("--extension <file>", "a module with filters of your own; may be repeated", repeatable)
    .option(
      "--control-socket <path>",
      "the socket for the application's SDK (default: by the node's id, in the runtime folder)",
    )
    .option("--no-control-socket", "none: the SDK looks at the admin address")
    .option(
      "--report-to <address>",
      "the control plane's admin listener, for those who watch the mesh (default: nobody is told)",
      parseAdminAddress,
    )
    .option("--admin-address-path <file>", "write the admin address to this file")
    .addHelpText(
      "after",
      `
Says "ready" on stdout once all listeners accept. SIGTERM and SIGINT: calls under way are answered, then it ends
with 0; a second signal ends it at once.

Example:
  $ dualmesh sidecar -c bootstrap.yaml --service-node web-1`,
    )
    .action((flags: SidecarFlags) => (flags.mode === "validate" ? validate(flags) : serve(flags)));
}

/** Flags of Envoy that have nothing to do here, so that its command lines work as they are. */
function withEnvoyFlags(command: Command): Command {
  for (const flag of ["--disable-hot-restart", "--use-dynamic-base-id", "--cpuset-threads"]) {
    command.addOption(new Option(flag).hideHelp());
  }
  for (const flag of ["--base-id", "--restart-epoch", "--parent-shutdown-time-s", "--component-log-level"]) {
    command.addOption(new Option(`${flag} <value>`).hideHelp());
  }
  return command.addOption(
    new Option("--concurrency <n>", "workers; there is always one").argParser(parseCount).hideHelp(),
  );
}

function parseCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Expected a number.");
  return Number(text);
}

async function serve(flags: SidecarFlags): Promise<void> {
  const log = createLog(flags.logLevel);
  const options = await sidecarOptions(flags);
  if (flags.concurrency !== undefined && flags.concurrency > 1) {
    log(
      "warning",
      `--concurrency ${flags.concurrency}: this process has one worker; start several for several workers`,
    );
  }
  const { drainTimeS: drainTimeMs, adminAddressPath, reportTo } = flags;
  const controlSocket = await controlSocketOf(flags, options.nodeId ?? options.bootstrap.node?.id ?? "");
  const { serveSidecar } = await import("../sidecar/serve-sidecar.ts");
  await serveSidecar({
    ...options,
    ...(drainTimeMs === undefined ? {} : { drainTimeMs }),
    ...(controlSocket === undefined ? {} : { controlSocket }),
    ...(reportTo === undefined ? {} : { reportTo }),
    adminAddressPath,
    log: ({ level, message }) => log(level, message),
  });
}

/** Envoy's words, so that scripts which read them work on. */
async function validate(flags: SidecarFlags): Promise<void> {
  const file = flags.configPath ?? "--config-yaml";
  try {
    const { checkSidecar } = await import("@dualmesh/sidecar");
    for (const warning of checkSidecar(await sidecarOptions(flags)))
      process.stderr.write(`warning: ${warning}\n`);
    process.stdout.write(`configuration '${file}' OK\n`);
  } catch (error) {
    // The check was asked for, and its answer is no.
    const { text, exitCode } = await describeFailure(error);
    throw error instanceof UserError
      ? error
      : new UserError(text, exitCode === EXIT.invalid ? EXIT.negative : exitCode);
  }
}

async function sidecarOptions(flags: SidecarFlags) {
  const [{ readBootstrap }, { loadExtensions }] = await Promise.all([
    import("../bootstrap/read-bootstrap.ts"),
    import("../sidecar/load-extensions.ts"),
  ]);
  const { message, name, source } = await readBootstrap({ file: flags.configPath, yaml: flags.configYaml });
  const { serviceNode, serviceCluster } = flags;
  return {
    bootstrap: message,
    file: name,
    source,
    registry: await loadExtensions(flags.extension ?? []),
    ...(serviceNode === undefined ? {} : { nodeId: serviceNode }),
    ...(serviceCluster === undefined ? {} : { cluster: serviceCluster }),
  };
}

/** Without an id there is no place where the SDK would look. */
async function controlSocketOf(flags: SidecarFlags, nodeId: string): Promise<string | undefined> {
  if (typeof flags.controlSocket === "string") return flags.controlSocket;
  if (flags.controlSocket === false || nodeId === "") return undefined;
  const { defaultControlSocket } = await import("../sidecar/control-socket.ts");
  return defaultControlSocket(nodeId);
}
