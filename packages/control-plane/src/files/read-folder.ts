import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Problem } from "@dualmesh/envoy-api";
import { describeFileError, fileProblem, isMissing } from "./file-error.ts";
import { type OnDirectory, walkFolder } from "./walk-folder.ts";

/** A configuration file as it was read. */
export interface FileText {
  /** Relative to the folder, with `/` between its parts. */
  readonly path: string;
  readonly text: string;
  /** Equal for equal bytes. */
  readonly digest: string;
}

export interface FolderText {
  readonly files: readonly FileText[];
  readonly problems: readonly Problem[];
  /** Of names, sizes and times: two folders with the same stamp have, as far as can be seen, the same content. */
  readonly stamp: string;
}

/** How often a folder may change under the reader before what was read is taken as it is. */
const MAX_READS = 5;

/**
 * Reads a folder as of one moment: if anything changed between the first look and the last byte (a link that was
 * swapped, a file half written), it is read again. Files of two generations side by side would be a configuration that
 * nobody wrote.
 */
export async function readFolder(folder: string, onDirectory?: OnDirectory): Promise<FolderText> {
  for (let reads = 1; ; reads++) {
    const before = await stampFolder(folder, onDirectory);
    const found = before.found;
    const files: FileText[] = [];
    const problems: Problem[] = [...found.problems];
    for (const { path, absolute } of found.files) {
      try {
        const bytes = await readFile(absolute);
        if (isUtf8(bytes)) files.push(fileText(path, bytes));
        else problems.push(fileProblem(path, "expected UTF-8 text, got other bytes"));
      } catch (error) {
        // Gone since it was found: the second look sees that, too.
        if (!isMissing(error)) problems.push(fileProblem(path, describeFileError(error)));
      }
    }
    const after = await stampFolder(folder, onDirectory);
    if (after.stamp === before.stamp || reads === MAX_READS) return { files, problems, stamp: after.stamp };
  }
}

/** The text and what it is compared by. A byte order mark, which some editors leave, is no part of it. */
export function fileText(path: string, bytes: Uint8Array): FileText {
  return {
    path,
    text: new TextDecoder().decode(bytes),
    digest: createHash("sha256").update(bytes).digest("base64"),
  };
}

/** What a look at the folder shows without reading its files. */
export async function stampFolder(
  folder: string,
  onDirectory?: OnDirectory,
): Promise<{ readonly stamp: string; readonly found: Awaited<ReturnType<typeof walkFolder>> }> {
  const found = await walkFolder(folder, onDirectory);
  const files = found.files.map(({ path, stamp }) => `${path}\0${stamp}`);
  const problems = found.problems.map(({ file, message }) => `${file}\0${message}`);
  return { found, stamp: [...files, "", ...problems].join("\n") };
}
