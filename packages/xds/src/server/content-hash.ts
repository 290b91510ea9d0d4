import { hash } from "node:crypto";

/** 96 bits of SHA-256: enough to tell contents apart, and short enough to read in a log. */
export function contentHash(content: Uint8Array | string): string {
  return hash("sha256", content, "base64url").slice(0, 16);
}
