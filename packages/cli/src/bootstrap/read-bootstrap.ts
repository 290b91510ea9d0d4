import { decode, encode, fromJson, type Message, readJson, type SourceDocument } from "@dualmesh/envoy-api";
import { readText } from "../read-text.ts";
import { UserError } from "../user-error.ts";

const BOOTSTRAP = "envoy.config.bootstrap.v3.Bootstrap";
type Bootstrap = Message<typeof BOOTSTRAP>;

export interface BootstrapSource {
  /** JSON if its name ends in `.json`, YAML else. */
  readonly file: string | undefined;
  /** YAML or JSON, merged over the file. */
  readonly yaml: string | undefined;
}

export interface ReadBootstrap {
  readonly message: Bootstrap;
  /** What it is called in messages. */
  readonly name: string;
  /** Its text; `undefined` where it was put together from two. */
  readonly source: SourceDocument | undefined;
}

/**
 * Reads a bootstrap as Envoy does with `-c` and `--config-yaml`: of both, the text wins, lists are joined, and messages
 * are merged field by field.
 *
 * @throws {UserError} without a file, or a `DocumentError` with every problem at its line.
 */
export async function readBootstrap({ file, yaml }: BootstrapSource): Promise<ReadBootstrap> {
  const base = file === undefined ? undefined : await parse(await readText(file), file);
  const over = yaml === undefined ? undefined : await parse(yaml, "--config-yaml");
  const name = file ?? "--config-yaml";
  if (base !== undefined && over !== undefined) {
    return { message: merge(base.message, over.message), name, source: undefined };
  }
  const only = over ?? base;
  if (only === undefined) throw new UserError("sidecar: expected -c <file>, or --config-yaml <text>");
  return { ...only, name };
}

async function parse(text: string, file: string): Promise<Pick<ReadBootstrap, "message" | "source">> {
  const source = await readSource(text, file);
  if (source.value === null) {
    throw new UserError(
      `${file}: expected a bootstrap (node, static_resources, dynamic_resources, …), it is empty`,
    );
  }
  return { message: fromJson(BOOTSTRAP, source.value, { source }), source };
}

async function readSource(text: string, file: string): Promise<SourceDocument> {
  if (file.endsWith(".json")) return readJson(text, { file });
  // Loading the YAML parser takes ten times as long as all the rest of reading.
  const { readYaml } = await import("@dualmesh/envoy-api/yaml");
  return readYaml(text, { file });
}

/** protobuf's own rule: the bytes of two messages in a row are those of the merged one. */
function merge(base: Bootstrap, over: Bootstrap): Bootstrap {
  return decode(BOOTSTRAP, Buffer.concat([encode(BOOTSTRAP, base), encode(BOOTSTRAP, over)]));
}
