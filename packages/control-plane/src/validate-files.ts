import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Problem } from "@dualmesh/envoy-api";
import { describeFileError, fileProblem } from "./files/file-error.ts";
import { loadOpenDocument, type OpenDocument } from "./files/open-document.ts";
import { FolderParser } from "./files/parse-folder.ts";
import { type FileText, fileText, readFolder } from "./files/read-folder.ts";
import { checkBootstrap } from "./resource/check-bootstrap.ts";
import { isBootstrap, parseResources, problemsOf } from "./resource/parse-resources.ts";

/** What a check of files found. */
export interface Validation {
  /** Files that were read. */
  readonly files: number;
  /** In the order of the paths, then of the files. Empty if all is well. */
  readonly problems: readonly Problem[];
}

/**
 * Checks configuration without serving it. A folder is checked as `createControlPlane` would, as one whole; a file by
 * itself, without its references to others. A file that is the bootstrap of a node (it has `node`, `static_resources` or
 * the like at its top) is checked as one.
 *
 * What is wrong with the files, missing ones included, is what it returns: it never rejects for that.
 */
export async function validateFiles(paths: readonly string[]): Promise<Validation> {
  const open = await loadOpenDocument();
  const results: Validation[] = [];
  for (const path of paths) {
    try {
      const isFolder = (await stat(path)).isDirectory();
      results.push(isFolder ? await validateFolder(path, open) : await validateFile(path, open));
    } catch (error) {
      results.push({ files: 0, problems: [fileProblem(path, describeFileError(error))] });
    }
  }
  return {
    files: results.reduce((sum, { files }) => sum + files, 0),
    problems: results.flatMap(({ problems }) => problems),
  };
}

async function validateFile(path: string, open: OpenDocument): Promise<Validation> {
  return { files: 1, problems: checkFile(fileText(path, await readFile(path)), open) };
}

async function validateFolder(path: string, open: OpenDocument): Promise<Validation> {
  const folder = await readFolder(path);
  const served: FileText[] = [];
  const problems: Problem[] = [];
  for (const file of folder.files) {
    if (holdsBootstrap(file, open)) problems.push(...checkFile(file, open));
    else served.push(file);
  }
  problems.push(...new FolderParser(open).parse({ ...folder, files: served }).problems);
  const inFolder = ({ file, ...problem }: Problem): Problem => {
    // A problem of the folder itself names it already.
    return file === undefined || file === path
      ? { ...problem, file: path }
      : { ...problem, file: join(path, file) };
  };
  return { files: folder.files.length, problems: problems.map(inFolder) };
}

function checkFile(file: FileText, open: OpenDocument): readonly Problem[] {
  try {
    const source = open(file);
    if (isBootstrap(source.value)) return checkBootstrap(source);
    return parseResources({ value: source.value, source, reopen: () => source }).problems;
  } catch (error) {
    return problemsOf(error);
  }
}

/** A file that cannot be read is none: it is then reported as what it should have been. */
function holdsBootstrap(file: FileText, open: OpenDocument): boolean {
  try {
    return isBootstrap(open(file).value);
  } catch (error) {
    problemsOf(error);
    return false;
  }
}
