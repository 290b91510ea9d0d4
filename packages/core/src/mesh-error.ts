import type { Code } from "./code.ts";
import type { Execution } from "./execution.ts";
import type { ResponseFlag } from "./response-flag.ts";

const brand = Symbol.for("dualmesh.MeshError");

export interface MeshErrorOptions extends ErrorOptions {
  /** Who failed the call. Default: nobody in particular. */
  readonly flag?: ResponseFlag;
  /** Whether an upstream may have acted on the request. Default `not-executed`. */
  readonly execution?: Execution;
}

/**
 * The error of every Dualmesh package: a code for programs, a sentence for people, the original in `cause`.
 *
 * ```text
 * [UNAVAILABLE] cluster "orders": 3 of 3 endpoints ejected (UO); next retry in 28.4 s
 * ```
 */
export class MeshError extends Error {
  override readonly name: string = "MeshError";
  readonly code: Code;
  readonly flag: ResponseFlag;
  readonly execution: Execution;
  /** The sentence without the code in front. */
  readonly rawMessage: string;

  constructor(code: Code, message: string, options: MeshErrorOptions = {}) {
    super(`[${code}] ${message}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.flag = options.flag ?? "";
    this.execution = options.execution ?? "not-executed";
    this.rawMessage = message;
  }

  /** True for errors of any installed copy of this package, which `instanceof` is not. */
  static is(value: unknown): value is MeshError {
    return value instanceof Error && brand in value;
  }
}
// A computed member inside the class is an error under `isolatedDeclarations`.
Object.defineProperty(MeshError.prototype, brand, { value: true });
