import { readFile } from "node:fs/promises";
import { UserError } from "./user-error.ts";

/** The text of a file that the user named. @throws {UserError} saying what is wrong with it. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UserError(`${file}: ${fileTrouble(error as NodeJS.ErrnoException)}`);
  }
}

/** Why a file cannot be used, in a few words. */
export function fileTrouble(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such file";
    case "EISDIR":
      return "expected a file, got a folder";
    case "EACCES":
    case "EPERM":
      return "this user may not read it";
    default:
      return error.message;
  }
}
