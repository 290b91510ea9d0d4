import { readFile } from "node:fs/promises";
import { MeshError } from "@dualmesh/core";
import { DocumentError, formatProblem, type Message, parseJsonText } from "@dualmesh/envoy-api";
import { type GrpcBootstrap, type GrpcBootstrapChoice, parseGrpcBootstrap } from "@dualmesh/xds/bootstrap";

export type BootstrapMessage = Message<"envoy.config.bootstrap.v3.Bootstrap">;

/**
 * Where a bootstrap is: in a file (path; YAML, or JSON by its ending), in a text of YAML or JSON, decoded already, or in
 * gRPC's form.
 */
export type BootstrapInput =
  | string
  | { readonly text: string; readonly file?: string }
  | { readonly message: BootstrapMessage; readonly file?: string }
  | { readonly grpc: GrpcBootstrapChoice };

export type LoadedBootstrap =
  | {
      readonly kind: "envoy";
      readonly message: BootstrapMessage;
      /** What stands in front of problems. */
      readonly file: string;
    }
  | { readonly kind: "grpc"; readonly bootstrap: GrpcBootstrap };

/**
 * Reads a bootstrap in Envoy's form.
 *
 * @throws {MeshError} `NOT_FOUND` without the file, `INVALID_ARGUMENT` with every problem at its line.
 */
export async function loadBootstrap(input: BootstrapInput): Promise<LoadedBootstrap> {
  if (typeof input === "string") return parse(await readText(input), input);
  if ("grpc" in input) return loadGrpc(input.grpc);
  const { file = "bootstrap" } = input;
  return "message" in input ? { kind: "envoy", message: input.message, file } : parse(input.text, file);
}

async function loadGrpc(choice: GrpcBootstrapChoice): Promise<LoadedBootstrap> {
  const [text, file] =
    choice.kind === "file"
      ? [await readText(choice.path), choice.path]
      : [choice.text, "GRPC_XDS_BOOTSTRAP_CONFIG"];
  return { kind: "grpc", bootstrap: parseGrpcBootstrap(text, file) };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new MeshError("NOT_FOUND", `bootstrap ${file}: it cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function parse(text: string, file: string): Promise<LoadedBootstrap> {
  const name = "envoy.config.bootstrap.v3.Bootstrap";
  try {
    if (file.endsWith(".json")) return { kind: "envoy", message: parseJsonText(name, text, { file }), file };
    // Loading the YAML parser takes ten times as long as all the rest of reading.
    const { parseYaml } = await import("@dualmesh/envoy-api/yaml");
    return { kind: "envoy", message: parseYaml(name, text, { file }), file };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    throw new MeshError("INVALID_ARGUMENT", error.problems.map(formatProblem).join("\n"), { cause: error });
  }
}
