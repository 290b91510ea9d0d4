import { readJson, type SourceDocument } from "@dualmesh/envoy-api";
import type { FileText } from "./read-folder.ts";

/** Reads the text of a file, by its extension. Throws a `DocumentError` with the places where it is no YAML or JSON. */
export type OpenDocument = (file: FileText) => SourceDocument;

/**
 * The reader of documents. The YAML parser takes ten times as long to load as everything else here, so it is loaded
 * when it is asked for.
 */
export async function loadOpenDocument(): Promise<OpenDocument> {
  const { readYaml } = await import("@dualmesh/envoy-api/yaml");
  return ({ path, text }) => (path.endsWith(".json") ? readJson : readYaml)(text, { file: path });
}
