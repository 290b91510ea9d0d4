import { readFile } from "node:fs/promises";
import { MeshError } from "@dualmesh/core";
import {
  DocumentError,
  formatProblem,
  fromJson,
  type Message,
  readJson,
  type SourceDocument,
} from "@dualmesh/envoy-api";
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
      /** The text that it was read from, if it was. */
      readonly source?: SourceDocument;
    }
  | { readonly kind: "grpc"; readonly bootstrap: GrpcBootstrap };

/**
 * Reads a bootstrap in Envoy's form.
 *
 * @throws {MeshError} `NOT_FOUND` without the file, else `INVALID_ARGUMENT` with every problem at its line.
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
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new MeshError("NOT_FOUND", `bootstrap ${file}: there is no such file`, { cause: error });
    }
    const why = code === "EISDIR" ? "expected a file, got a folder" : `it cannot be read: ${message}`;
    throw new MeshError("INVALID_ARGUMENT", `bootstrap ${file}: ${why}`, { cause: error });
  }
}

async function parse(text: string, file: string): Promise<LoadedBootstrap> {
  const name = "envoy.config.bootstrap.v3.Bootstrap";
  try {
    const source = await readSource(text, file);
    if (source.value === null) {
      const wanted = "expected a bootstrap (node, static_resources, dynamic_resources, …)";
      throw new MeshError("INVALID_ARGUMENT", `${file}: ${wanted}, it is empty`);
    }
    return { kind: "envoy", message: fromJson(name, source.value, { source }), file, source };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    throw new MeshError("INVALID_ARGUMENT", error.problems.map(formatProblem).join("\n"), { cause: error });
  }
}

async function readSource(text: string, file: string): Promise<SourceDocument> {
  if (file.endsWith(".json")) return readJson(text, { file });
  // Loading the YAML parser takes ten times as long as all the rest of reading.
  const { readYaml } = await import("@dualmesh/envoy-api/yaml");
  return readYaml(text, { file });
}
