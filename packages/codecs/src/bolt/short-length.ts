import { MeshError } from "@dualmesh/core";
import { MAX_SHORT_LENGTH } from "./head.ts";

/** @throws {MeshError} `RESOURCE_EXHAUSTED` for a length that Java would read as negative. */
export function checkShortLength(what: string, bytes: number): void {
  if (bytes <= MAX_SHORT_LENGTH) return;
  const limit = `the limit of ${MAX_SHORT_LENGTH} bytes`;
  throw new MeshError("RESOURCE_EXHAUSTED", `bolt frame: a ${what} of ${bytes} bytes is over ${limit}`);
}
