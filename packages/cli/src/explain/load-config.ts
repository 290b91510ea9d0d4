import type { Any } from "@dualmesh/envoy-api";
import { listFiles } from "../documents/list-files.ts";
import { readDocument } from "../documents/read-document.ts";

/**
 * The resources that a node would have: those of a bootstrap's own, of a file of resources, or of a control plane's folder
 * (for all nodes, and for the group, if one is named).
 *
 * @throws {UserError} when there is no such path, or a `DocumentError` with every problem at its line.
 */
export async function loadConfig(path: string, group: string | undefined): Promise<readonly Any[]> {
  const files = (await listFiles(path)).filter((file) => file.group === "" || file.group === group);
  const documents = await Promise.all(files.map((file) => readDocument(file.path)));
  return documents.flatMap(({ resources }) => resources.map(({ any }) => any));
}
