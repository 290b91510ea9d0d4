import { DocumentError, fromJson, type Problem, type SourceDocument } from "@dualmesh/envoy-api";
import type { ConfigResource } from "./config-resource.ts";
import { problemAt } from "./locate.ts";
import { toConfigResource } from "./to-config-resource.ts";

/** What a document holds, as far as it can be read. */
export interface ParsedResources {
  readonly resources: readonly ConfigResource[];
  readonly problems: readonly Problem[];
}

/** A document to read: from a text, or as values. */
export interface ResourceDocument {
  readonly value: unknown;
  /** Absent for values that came without a text. */
  readonly source?: SourceDocument;
  /**
   * Gives the source again. Resources outlive it, since it knows where every value stands and is many times their size,
   * but a reference that turns out wrong must still be shown in its place.
   */
  readonly reopen?: () => SourceDocument;
}

const DISCOVERY_RESPONSE = "envoy.service.discovery.v3.DiscoveryResponse";

/** Reads a document in Envoy's own form for dynamic resources, a discovery response: `resources: [{"@type": …}, …]`. */
export function parseResources(document: ResourceDocument): ParsedResources {
  const { value, source, reopen } = document;
  const shape = checkShape(value);
  if (shape !== undefined) return { resources: [], problems: [problemAt(source, [], shape)] };
  try {
    const response = fromJson(DISCOVERY_RESPONSE, value, source === undefined ? {} : { source });
    const resources: ConfigResource[] = [];
    const problems: Problem[] = [];
    for (const [index, any] of response.resources.entries()) {
      const parsed = toConfigResource(any, (path, message) => {
        return problemAt(reopen?.(), ["resources", index, ...path], message);
      });
      if ("problems" in parsed) problems.push(...parsed.problems);
      else resources.push(parsed);
    }
    return { resources, problems };
  } catch (error) {
    return { resources: [], problems: problemsOf(error) };
  }
}

/** The problems that a reader of documents threw; any other error is thrown on. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof DocumentError) return error.problems;
  throw error;
}

/** True for what is meant as the bootstrap of a node: it has a field at its top that no discovery response has. */
export function isBootstrap(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return BOOTSTRAP_KEYS.some((key) => Object.hasOwn(value, key));
}

const BOOTSTRAP_KEYS: readonly string[] = [
  "admin",
  "cluster_manager",
  "dynamic_resources",
  "dynamicResources",
  "layered_runtime",
  "layeredRuntime",
  "node",
  "static_resources",
  "staticResources",
];

/** What the reader of messages takes for an empty message, but no author means as "no resources". */
function checkShape(value: unknown): string | undefined {
  if (value === null || value === undefined) return 'expected a list "resources", got an empty document';
  if (isBootstrap(value)) return 'expected a list "resources" to serve, got the bootstrap of a node';
  // Anything else that is no object is refused by the reader, in its own words.
  if (typeof value !== "object" || Array.isArray(value) || Object.hasOwn(value, "resources"))
    return undefined;
  const keys = Object.keys(value).map((key) => JSON.stringify(key));
  return `expected a list "resources", got ${keys.length === 0 ? "no field" : keys.slice(0, 8).join(", ")}`;
}
