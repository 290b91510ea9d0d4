import {
  type Any,
  type DocumentPath,
  fromJson,
  type Message,
  packAny,
  readJson,
  type SourceDocument,
} from "@dualmesh/envoy-api";
import { readYaml } from "@dualmesh/envoy-api/yaml";
import { readText } from "../read-text.ts";

/** A configuration file as it was understood. */
export interface ConfigDocument {
  readonly source: SourceDocument;
  /** Present if it is the bootstrap of a node, and not a list of resources. */
  readonly bootstrap: Message<"envoy.config.bootstrap.v3.Bootstrap"> | undefined;
  readonly resources: readonly PlacedResource[];
}

/** A resource, and where in its document it stands. */
export interface PlacedResource {
  readonly any: Any;
  readonly path: DocumentPath;
}

/**
 * Reads one file: a bootstrap, or resources in the form of a discovery response.
 *
 * @throws {DocumentError} with all problems, each at its line.
 */
export async function readDocument(file: string): Promise<ConfigDocument> {
  const text = await readText(file);
  const source = file.endsWith(".json") ? readJson(text, { file }) : readYaml(text, { file });
  if (hasResources(source.value)) {
    const response = fromJson("envoy.service.discovery.v3.DiscoveryResponse", source.value, { source });
    const resources = response.resources.map((any, i) => ({ any, path: ["resources", i] }));
    return { source, bootstrap: undefined, resources };
  }
  const bootstrap = fromJson("envoy.config.bootstrap.v3.Bootstrap", source.value, { source });
  const { listeners = [], clusters = [] } = bootstrap.static_resources ?? {};
  const place = (list: string, i: number): DocumentPath => ["static_resources", list, i];
  return {
    source,
    bootstrap,
    resources: [
      ...listeners.map((one, i) => ({
        any: packAny("envoy.config.listener.v3.Listener", one),
        path: place("listeners", i),
      })),
      ...clusters.map((one, i) => ({
        any: packAny("envoy.config.cluster.v3.Cluster", one),
        path: place("clusters", i),
      })),
    ],
  };
}

function hasResources(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "resources");
}
