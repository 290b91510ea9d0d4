import { readdir, readFile } from "node:fs/promises";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { MeshError } from "@dualmesh/core";

export interface PageFile {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Its name changes with its content: a browser may keep it. */
  readonly isImmutable: boolean;
}

/** The page as it was built, by path: read once, so that no request names a file. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Beside `src` and `dist` alike. */
const BUILT = new URL("../dist/web/", import.meta.url);

/** @throws {MeshError} `FAILED_PRECONDITION` where the page was not built. */
export async function readPageFiles(folder: URL = BUILT): Promise<PageFiles> {
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new MeshError(
      "FAILED_PRECONDITION",
      `dashboard: the page is not built, there is no ${fileURLToPath(folder)}: run npm run build`,
      { cause },
    );
  });
  const files = new Map<string, PageFile>();
  for (const name of names) {
    const contentType = CONTENT_TYPES[extname(name)];
    if (contentType === undefined) continue;
    const path = `/${name.replaceAll("\\", "/")}`;
    const file = {
      bytes: await readFile(new URL(name, folder)),
      contentType,
      isImmutable: path.startsWith("/assets/"),
    };
    files.set(path === "/index.html" ? "/" : path, file);
  }
  return files;
}
