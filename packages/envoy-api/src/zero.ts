import { emptyBytes } from "./absent.ts";
import type { Kind } from "./kind.ts";

/** The default of a scalar kind, which a map entry without key or value stands for. */
export function zeroOf(kind: Kind): string | number | boolean | Uint8Array {
  if (kind === "string") return "";
  if (kind === "bytes") return emptyBytes;
  return kind === "bool" ? false : 0;
}
