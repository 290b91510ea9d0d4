import { MeshError } from "@dualmesh/core";

/**
 * Why a value could not be written: it is none that Java has, or not of the type that was due.
 *
 * ```text
 * [INVALID_ARGUMENT] hessian: com.example.Order.items[2].count: an int is due, got "three"
 * ```
 */
export class EncodeError extends MeshError {
  override readonly name: string = "EncodeError";
  /** Where it is: `com.example.Order.items[2].count`; empty for the value itself. */
  readonly path: string;
  readonly #what: string;

  constructor(what: string, path = "") {
    super("INVALID_ARGUMENT", `hessian: ${path === "" ? "" : `${path}: `}${what}`);
    this.path = path;
    this.#what = what;
  }

  /** The same error, seen from one level further out. */
  within(step: string): EncodeError {
    const path =
      this.path === "" || this.path.startsWith("[") ? `${step}${this.path}` : `${step}.${this.path}`;
    return new EncodeError(this.#what, path);
  }
}

/** A few words for a value that is not what was due. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) {
    const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
    return typeof name === "string" ? `an object of ${name}` : "an object";
  }
  return typeof value === "function" || typeof value === "symbol" ? `a ${typeof value}` : String(value);
}
