import { formatPath, type JsonObject, type Problem } from "@dualmesh/envoy-api";
import { parseResources } from "../resource/parse-resources.ts";
import { joinParts, type ParsedConfig, type ParsedPart } from "./join-parts.ts";

/** A configuration in memory: resources in proto3 JSON, each with its `@type`. */
export interface ResourceSet {
  /** For every node. */
  readonly resources: readonly JsonObject[];
  /** For the nodes whose `node.cluster` is the key, besides the others. Default none. */
  readonly groups?: Readonly<Record<string, readonly JsonObject[]>>;
}

/** Understands a configuration in memory by the same rules as a folder. */
export function parseResourceSet(set: ResourceSet): ParsedConfig {
  const groups = Object.entries(set.groups ?? {});
  return joinParts([parsePart("", set.resources), ...groups.map(([group, list]) => parsePart(group, list))]);
}

function parsePart(group: string, list: readonly JsonObject[]): ParsedPart {
  const { resources, problems } = parseResources({ value: { resources: list } });
  if (group === "") return { group, resources, problems };
  const inGroup = (problem: Problem): Problem => ({
    ...problem,
    path: `${formatPath(["groups", group])}: ${problem.path}`,
  });
  return {
    group,
    resources: resources.map((resource) => ({
      ...resource,
      problem: (path, message) => inGroup(resource.problem(path, message)),
    })),
    problems: problems.map(inGroup),
  };
}
