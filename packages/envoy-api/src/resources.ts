import { type Any, type TypedMessage, unpackAny } from "./any.ts";
import { fromJson } from "./from-json.ts";
import { readJson } from "./json-text.ts";
import type { SourceDocument, TextOptions } from "./source-document.ts";

/** One resource of a file: its message, and the same in bytes, as discovery sends it. */
export interface Resource extends TypedMessage {
  readonly any: Any;
  /** Line in the file, from 1; undefined if the values came without a text. */
  readonly line: number | undefined;
}

/**
 * The resources of a document in the form of a `DiscoveryResponse`, as Envoy reads it from files:
 * `resources: [{"@type": "type.googleapis.com/…", …}]`, with or without `version_info`.
 * @throws DocumentError with all problems of all resources.
 */
export function resourcesOf(source: SourceDocument): readonly Resource[] {
  const response = fromJson("envoy.service.discovery.v3.DiscoveryResponse", source.value, { source });
  return response.resources.map((any, index): Resource => {
    const line = source.locate(["resources", index], "value")?.line;
    return { ...unpackAny(any), any, line };
  });
}

/** Reads the resources of a JSON file. @see resourcesOf */
export function parseJsonResources(text: string, options: TextOptions = {}): readonly Resource[] {
  return resourcesOf(readJson(text, options));
}
