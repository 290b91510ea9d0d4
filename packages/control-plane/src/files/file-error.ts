import type { Problem } from "@dualmesh/envoy-api";

/** True where a path, or a folder on the way to it, is not there. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
}

/** Why a folder or a file could not be read, as a sentence. */
export function describeFileError(error: unknown): string {
  switch (codeOf(error)) {
    case "ENOENT":
      return "does not exist";
    case "ENOTDIR":
      return "expected a folder, got a file";
    case "EACCES":
    case "EPERM":
      return "may not be read by this user";
    default:
      return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A problem of a whole file or folder. */
export function fileProblem(file: string, message: string): Problem {
  return { file, path: "", message };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
