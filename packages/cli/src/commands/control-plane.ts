import { Command, Option } from "commander";
import { createLog, LOG_LEVELS, type LogLevel } from "../log-line.ts";
import { type HostPort, parseHostPort } from "../options/host-port.ts";

interface ControlPlaneFlags {
  readonly config: string;
  readonly listen: HostPort;
  readonly admin?: HostPort;
  readonly allowRemoteAdmin?: true;
  readonly logLevel: LogLevel;
}

export function createCommand(name: string): Command {
  return new Command(name)
    .description(
      "Serves a folder of configuration by xDS, to sidecars, SDKs, Envoy and gRPC alike, and follows " +
        "its changes. Files directly in the folder are for every node, those in a subfolder for the nodes " +
        "whose node.cluster has its name.",
    )
    .requiredOption("--config <folder>", "the folder: files *.yaml, *.yml and *.json with a list `resources`")
    .addOption(
      new Option("--listen <host:port>", "where nodes connect; port 0 takes a free one")
        .argParser(parseHostPort)
        .makeOptionMandatory(),
    )
    .option(
      "--admin <host:port>",
      "where workloads publish their addresses, and operators look",
      parseHostPort,
    )
    .option("--allow-remote-admin", "let --admin be an address that other machines reach")
    .addOption(
      new Option("-l, --log-level <level>", "what is logged on stderr").choices(LOG_LEVELS).default("info"),
    )
    .addHelpText(
      "after",
      `
Says "ready" on stdout once it listens. A change that is wrong is refused as a whole; what was served stays.

Example:
  $ dualmesh control-plane --config ./mesh --listen 127.0.0.1:18000 --admin 127.0.0.1:18001`,
    )
    .action(async (flags: ControlPlaneFlags) => {
      const { serveControlPlane } = await import("../control-plane/serve-control-plane.ts");
      const { admin, allowRemoteAdmin } = flags;
      await serveControlPlane({
        folder: flags.config,
        listen: flags.listen,
        admin: admin === undefined ? false : { ...admin, allowNonLoopback: allowRemoteAdmin ?? false },
        log: createLog(flags.logLevel),
      });
    });
}
