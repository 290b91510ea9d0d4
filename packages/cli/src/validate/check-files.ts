import { validateFiles } from "@dualmesh/control-plane";
import {
  createExtensionRegistry,
  dataPlaneTypes,
  type ExtensionRegistry,
  locateProblem,
} from "@dualmesh/dataplane";
import { DocumentError, type Problem } from "@dualmesh/envoy-api";
import { listFiles } from "../documents/list-files.ts";
import { readDocument } from "../documents/read-document.ts";

/** What came of checking files. */
export interface FilesCheck {
  readonly files: number;
  /** What keeps the files from being served, or from taking effect. */
  readonly problems: readonly Problem[];
  /** What is accepted, and has no effect in this data plane. */
  readonly warnings: readonly Problem[];
}

/**
 * Checks files twice: as configuration (is it what Envoy's messages allow, do names lead somewhere), then, where a file can be
 * read at all, against this data plane, which refuses by name what it does not do. What both find is told once.
 *
 * @throws {UserError} when a path is not there.
 */
export async function checkFiles(
  paths: readonly string[],
  registry: ExtensionRegistry = createExtensionRegistry(),
): Promise<FilesCheck> {
  const listed = (await Promise.all(paths.map((path) => listFiles(path)))).flat();
  const { files, problems } = await validateFiles(paths);
  const compiled = await Promise.all(
    listed.map(({ path }) => {
      const known = problems.some(({ file }) => file === path);
      return compileFile(path, registry).catch((error: unknown) => {
        // Why it cannot be read has been told.
        if (known && error instanceof DocumentError) return NOTHING;
        throw error;
      });
    }),
  );
  const places = new Set(problems.map(placeOf));
  return {
    files,
    problems: [
      ...problems,
      ...compiled.flatMap((one) => one.problems.filter((problem) => !places.has(placeOf(problem)))),
    ],
    warnings: compiled.flatMap((one) => one.warnings),
  };
}

const NOTHING: Omit<FilesCheck, "files"> = { problems: [], warnings: [] };

/** Both checks have words of their own, so that the place alone tells what is the same. */
function placeOf({ file = "", line, column, path }: Problem): string {
  return `${file}:${line === undefined ? path : `${line}:${column}`}`;
}

async function compileFile(path: string, registry: ExtensionRegistry): Promise<Omit<FilesCheck, "files">> {
  const { source, bootstrap, resources } = await readDocument(path);
  const types = Object.values(dataPlaneTypes(registry));
  const ads = bootstrap?.dynamic_resources?.ads_config?.grpc_services ?? [];
  const ownClusters = new Set(ads.map(({ envoy_grpc }) => envoy_grpc?.cluster_name));
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const resource of resources) {
    const type = types.find(({ typeUrl }) => typeUrl === resource.any.type_url);
    if (type === undefined) {
      const url = resource.any.type_url;
      warnings.push(
        locateProblem(
          source,
          resource.path,
          `${url.slice(url.lastIndexOf(".") + 1)} has no effect in this data plane`,
        ),
      );
      continue;
    }
    const parsed = type.parse(resource.any.value);
    // The way to the control plane is the xDS client's, and no cluster of the data plane.
    if (bootstrap !== undefined && ownClusters.has(parsed.name)) continue;
    const place = (sentence: string): Problem => locateProblem(source, resource.path, sentence);
    if (parsed.kind === "problems") problems.push(...parsed.problems.map(place));
    else warnings.push(...(parsed.warnings ?? []).map(place));
  }
  return { problems, warnings };
}
