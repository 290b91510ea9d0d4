import type { Any } from "@dualmesh/envoy-api";
import { listFiles } from "../documents/list-files.ts";
import { type ConfigDocument, readDocument } from "../documents/read-document.ts";
import { UserError } from "../user-error.ts";

export interface ConfigPaths {
  /** A bootstrap, a file of resources, or a control plane's folder. */
  readonly config: string;
  /** What the control plane that a bootstrap names serves: its folder, or a file. */
  readonly resources: string | undefined;
  /** The nodes whose folder counts too. Default: `node.cluster` of the bootstrap. */
  readonly group: string | undefined;
}

/**
 * The resources that a node would have: those of a bootstrap's own, of a file of resources, or of a control plane's folder
 * (for all nodes, and for the group, if one is named).
 *
 * @throws {UserError} when there is no such path, or a bootstrap asks a control plane and it is not said what that serves;
 * a `DocumentError` with every problem at its line.
 */
export async function loadConfig({ config, resources, group }: ConfigPaths): Promise<readonly Any[]> {
  const documents = await readAll(config, group);
  const asking = documents.find(({ bootstrap }) => bootstrap?.dynamic_resources?.ads_config !== undefined);
  if (asking === undefined) return resourcesOf(documents);
  if (resources === undefined) {
    throw new UserError(
      `explain: ${config} asks a control plane, which is not asked here: say by --resources <folder> what it serves`,
    );
  }
  const served = await readAll(resources, group ?? asking.bootstrap?.node?.cluster);
  return [...resourcesOf(documents), ...resourcesOf(served)];
}

/**
 * The resources that a path holds itself, whatever control plane it asks for more.
 *
 * @throws {UserError} when there is no such path; a `DocumentError` with every problem at its line.
 */
export async function loadOwn(path: string, group: string | undefined): Promise<readonly Any[]> {
  return resourcesOf(await readAll(path, group));
}

async function readAll(path: string, group: string | undefined): Promise<readonly ConfigDocument[]> {
  const files = (await listFiles(path)).filter((file) => file.group === "" || file.group === group);
  return Promise.all(files.map((file) => readDocument(file.path)));
}

function resourcesOf(documents: readonly ConfigDocument[]): readonly Any[] {
  return documents.flatMap(({ resources }) => resources.map(({ any }) => any));
}
