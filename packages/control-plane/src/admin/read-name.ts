import { MeshError } from "@dualmesh/core";

/** Longer than any node id of Istio, shorter than what fills a memory. */
const MAX_NAME_LENGTH = 512;

/**
 * A name out of a path, where it stands percent-encoded.
 *
 * Throws a `MeshError` (`INVALID_ARGUMENT`) where it is empty, too long, or holds control characters.
 */
export function readName(encoded: string | undefined, what: string): string {
  let name: string;
  try {
    name = decodeURIComponent(encoded ?? "");
  } catch {
    throw new MeshError("INVALID_ARGUMENT", `${what}: expected percent-encoded UTF-8, got ${encoded}`);
  }
  if (name === "" || name.length > MAX_NAME_LENGTH) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `${what}: expected 1 to ${MAX_NAME_LENGTH} characters, got ${name.length}`,
    );
  }
  // Names go into logs and pages: a line break in one would forge an entry.
  if (/\p{Cc}/u.test(name)) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `${what}: expected no control characters, got ${JSON.stringify(name)}`,
    );
  }
  return name;
}
