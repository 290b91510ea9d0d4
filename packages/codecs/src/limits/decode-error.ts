import { MeshError } from "@dualmesh/core";

/**
 * Why bytes could not be read: `INVALID_ARGUMENT` for what no writer may write, `RESOURCE_EXHAUSTED` for what is over a
 * limit, `DATA_LOSS` for what ends too early or was changed on its way.
 *
 * ```text
 * [DATA_LOSS] hessian 4: a string ends at byte 5, its 34 units do not
 * ```
 */
export class DecodeError extends MeshError {
  override readonly name: string = "DecodeError";
  /** Where reading stopped: bytes from the beginning of what was read. */
  readonly offset: number;

  constructor(
    code: "INVALID_ARGUMENT" | "RESOURCE_EXHAUSTED" | "DATA_LOSS",
    message: string,
    offset: number,
  ) {
    super(code, message);
    this.offset = offset;
  }
}
