import { type ExtensionRegistry, locateProblem } from "@dualmesh/dataplane";
import type { Problem } from "@dualmesh/envoy-api";
import { type FindingRule, lintRoutes, type RouteFinding } from "@dualmesh/routing/lint";
import { listFiles } from "../documents/list-files.ts";
import { readDocument } from "../documents/read-document.ts";
import { readTables } from "./read-tables.ts";

/** A finding at its line. */
export interface PlacedFinding extends Problem {
  readonly rule: FindingRule;
  readonly virtualHost: string;
  readonly route: number | undefined;
  /** `bootstrap.yaml:19:17: virtual host "shop", route 2: …`. */
  toString(): string;
}

export interface RoutesLint {
  readonly files: number;
  readonly routes: number;
  readonly findings: readonly PlacedFinding[];
}

/**
 * Lints the routes of files: bootstraps, files of resources, folders of a control plane. Clusters of one file count for all.
 *
 * @throws {UserError} when a path is not there, or a file cannot be compiled.
 */
export async function lintFiles(
  paths: readonly string[],
  ignored: ReadonlySet<string>,
  registry: ExtensionRegistry,
): Promise<RoutesLint> {
  const listed = (await Promise.all(paths.map((path) => listFiles(path)))).flat();
  const documents = await Promise.all(listed.map(({ path }) => readDocument(path)));
  const all = readTables(
    documents.flatMap(({ resources }) => resources.map(({ any }) => any)),
    registry,
  );
  // Who asks a control plane does not know here which clusters there will be.
  const asks = documents.some(({ bootstrap }) => bootstrap?.dynamic_resources?.cds_config !== undefined);
  const known = asks || all.clusters.size === 0 ? {} : { clusters: all.clusters };
  let routes = 0;
  const findings = documents.flatMap(({ source, resources }) =>
    resources.flatMap(({ any, path }) =>
      readTables([any], registry).plans.flatMap((plan) => {
        routes += plan.table.size;
        return lintRoutes(plan.table, known)
          .filter(({ rule }) => !ignored.has(rule))
          .map((one) => placed(locateProblem(source, path, `${placeOf(plan.path, one)}: `), one));
      }),
    ),
  );
  return { files: listed.length, routes, findings };
}

function placed(problem: Problem, one: RouteFinding): PlacedFinding {
  const { rule, message, virtualHost, position: route } = one;
  const { file = "", line = 1, column = 1 } = problem;
  return {
    ...problem,
    message,
    rule,
    virtualHost,
    route,
    toString: () => `${file}:${line}:${column}: ${one}`,
  };
}

function placeOf(path: string, { virtualHost, position }: RouteFinding): string {
  const host = `${path}.virtual_hosts["${virtualHost}"]`;
  return position === undefined ? host : `${host}.routes[${position - 1}]`;
}
