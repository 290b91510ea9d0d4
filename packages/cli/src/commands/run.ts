import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { Command, Option } from "commander";
import { endWith } from "../command-status.ts";
import { runChild } from "../run/run-child.ts";
import { withRegister } from "../run/with-register.ts";
import { UserError } from "../user-error.ts";

interface RunOptions {
  readonly mode?: string;
  readonly bootstrap?: string;
  readonly sidecar?: string;
}

export function createCommand(name: string): Command {
  const command: Command = new Command(name)
    .description(
      "Runs an application with the mesh inside it. Its fetch, undici, node:http and gRPC (grpc-js) calls, " +
        "and its node:http, HTTP/2 and gRPC servers, join the mesh without a change to its code: " +
        "@dualmesh/sdk/register is loaded into every Node process that the command starts. Its exit status " +
        "is passed on (128 + n for a signal).",
    )
    .argument("<command...>", "the application and its arguments")
    .addOption(
      new Option("--mode <mode>", "where the data plane runs (sets MESH_MODE)").choices([
        "direct",
        "sidecar",
        "auto",
      ]),
    )
    .option("--bootstrap <file>", "the Envoy bootstrap file of this workload (sets MESH_BOOTSTRAP)")
    .option("--sidecar <address>", "where the sidecar is: a socket's path or host:port (sets MESH_SIDECAR)")
    .passThroughOptions()
    .addHelpText(
      "after",
      "\nExample:\n  $ dualmesh run --mode direct --bootstrap bootstrap.yaml -- node app.js",
    )
    .action(async (words: readonly string[], options: RunOptions) => {
      const [program = "", ...args] = words;
      const env = { ...process.env, ...(await settings(options)) };
      await checkSettings(env);
      const register = import.meta.resolve("@dualmesh/sdk/register");
      env["NODE_OPTIONS"] = withRegister(env["NODE_OPTIONS"], register, process.execArgv);
      endWith(command, await runChild(program, args, env));
    });
  return command;
}

/** What is wrong with the settings is said here, once, and not by every process that the command starts. */
async function checkSettings(env: NodeJS.ProcessEnv): Promise<void> {
  const { MESH_BOOTSTRAP, GRPC_XDS_BOOTSTRAP, GRPC_XDS_BOOTSTRAP_CONFIG } = env;
  if (!MESH_BOOTSTRAP && !GRPC_XDS_BOOTSTRAP && !GRPC_XDS_BOOTSTRAP_CONFIG) {
    process.stderr.write(
      "dualmesh: no bootstrap (--bootstrap, MESH_BOOTSTRAP): the application runs outside of any mesh\n",
    );
    return;
  }
  const { checkEnvironment } = await import("@dualmesh/sdk");
  await checkEnvironment(env);
}

async function settings(options: RunOptions): Promise<Readonly<Record<string, string>>> {
  const { mode, bootstrap, sidecar } = options;
  if (bootstrap !== undefined) {
    await access(bootstrap).catch(() => {
      throw new UserError(`run: the bootstrap file ${bootstrap} does not exist`);
    });
  }
  return {
    ...(mode === undefined ? {} : { MESH_MODE: mode }),
    // Absolute: the application may change its folder, and its children may start in another.
    ...(bootstrap === undefined ? {} : { MESH_BOOTSTRAP: resolve(bootstrap) }),
    ...(sidecar === undefined ? {} : { MESH_SIDECAR: sidecar }),
  };
}
