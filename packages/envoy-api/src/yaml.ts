/**
 * Messages from YAML: `@dualmesh/envoy-api/yaml`. A subpath of its own, since the YAML parser takes as
 * long to load as all the rest, and a process that gets its configuration by xDS needs none.
 */
import { fromJson } from "./from-json.ts";
import { readFullYaml } from "./full-yaml.ts";
import type { Message, MessageName } from "./message-init.ts";
import { readPlainYaml } from "./plain-yaml.ts";
import { DocumentError } from "./proto-error.ts";
import { type Resource, resourcesOf } from "./resources.ts";
import { defaultMaxLength, type SourceDocument, type TextOptions } from "./source-document.ts";

export type { Resource, SourceDocument, TextOptions };

/**
 * Parses a YAML 1.2 document (core schema: `yes` and `on` are text, there are no merge keys). Integers beyond
 * 2^53 are kept exactly, as bigint. Aliases may bring in 100,000 values in all.
 * @throws DocumentError if the text is no YAML, or too long, or more than one document.
 */
export function readYaml(text: string, options: TextOptions = {}): SourceDocument {
  const { file, maxLength = defaultMaxLength } = options;
  const named = file === undefined ? {} : { file };
  if (text.length > maxLength) {
    const message = `${text.length} characters are over the limit of ${maxLength}`;
    throw new DocumentError([{ path: "", message, ...named }]);
  }
  const plain = readPlainYaml(text);
  if (plain === undefined) return readFullYaml(text, file);
  let full: SourceDocument | undefined;
  return {
    value: plain.value,
    file,
    problems: [],
    locate(path, part) {
      // Places are wanted for messages only: they are found by reading once more.
      full ??= readFullYaml(text, file);
      return full.locate(path, part);
    },
  };
}

/**
 * Reads a message from YAML.
 *
 * ```ts
 * import { parseYaml } from "@dualmesh/envoy-api/yaml";
 *
 * const cluster = parseYaml("envoy.config.cluster.v3.Cluster", "name: orders\nlb_policy: LEAST_REQUEST\n");
 * console.log(cluster.name, cluster.lb_policy); // => orders LEAST_REQUEST
 * ```
 *
 * @throws DocumentError with all problems, each with line and column; see `fromJson`.
 */
export function parseYaml<N extends MessageName>(
  name: N,
  text: string,
  options: TextOptions = {},
): Message<N> {
  const source = readYaml(text, options);
  return fromJson(name, source.value, { source });
}

/** Reads the resources of a YAML file `resources: [{"@type": …}]`. @see resourcesOf */
export function parseYamlResources(text: string, options: TextOptions = {}): readonly Resource[] {
  return resourcesOf(readYaml(text, options));
}
