import { MeshError } from "@dualmesh/core";

/**
 * Why a value of one form has no counterpart in another: `INVALID_ARGUMENT` for one that is not of its type,
 * `RESOURCE_EXHAUSTED` for what is over a limit.
 *
 * ```text
 * [INVALID_ARGUMENT] json: order.items[2].count: expected int, got "three"
 * ```
 */
export class TranslateError extends MeshError {
  override readonly name: string = "TranslateError";
  /** Where it is: `order.items[2].count`; empty for the value itself. */
  readonly path: string;

  constructor(code: "INVALID_ARGUMENT" | "RESOURCE_EXHAUSTED", subject: string, path: string, what: string) {
    super(code, `${subject}: ${path === "" ? "" : `${path}: `}${what}`);
    this.path = path;
  }
}
