import { missingName } from "@dualmesh/core";
import { type Problem, TYPE_URL } from "@dualmesh/envoy-api";
import type { Reference } from "../resource/cluster-references.ts";
import type { ConfigResource } from "../resource/config-resource.ts";
import type { GroupView } from "./group-view.ts";

/**
 * What does not fit together, in any group: a type and name that occurs twice, a cluster or a route configuration that
 * is named but not there. A fault in what all groups share is reported once.
 */
export function checkViews(views: readonly GroupView[]): readonly Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const problem of views.flatMap(checkView)) {
    const place = `${problem.file}\0${problem.path}`;
    if (seen.has(place)) continue;
    seen.add(place);
    problems.push(problem);
  }
  return problems;
}

function checkView(view: GroupView): readonly Problem[] {
  const byType = new Map<string, Map<string, ConfigResource>>();
  const problems: Problem[] = [];
  const where = view.group === "" ? "" : ` for nodes of ${JSON.stringify(view.group)}`;
  for (const resource of view.resources) {
    const names = byType.get(resource.typeUrl) ?? new Map<string, ConfigResource>();
    byType.set(resource.typeUrl, names);
    const first = names.get(resource.name);
    if (first === undefined) names.set(resource.name, resource);
    else problems.push(twice(resource, first, where));
  }
  const missing = (resource: ConfigResource, reference: Reference, typeUrl: string, what: string): void => {
    const names = byType.get(typeUrl) ?? new Map();
    if (names.has(reference.name)) return;
    problems.push(resource.problem(reference.path, missingName(what + where, reference.name, names.keys())));
  };
  for (const resource of view.resources) {
    for (const reference of resource.clusters) missing(resource, reference, TYPE_URL.CDS, "cluster");
    for (const reference of resource.routes) {
      missing(resource, reference, TYPE_URL.RDS, "route configuration");
    }
  }
  return problems;
}

function twice(resource: ConfigResource, first: ConfigResource, where: string): Problem {
  const { file, line } = first.problem([], "");
  const at = file === undefined ? "above" : `in ${file}${line === undefined ? "" : `:${line}`}`;
  const type = resource.typeUrl.slice(resource.typeUrl.lastIndexOf(".") + 1);
  return resource.problem([], `${type} ${JSON.stringify(resource.name)} is already there${where}, ${at}`);
}
