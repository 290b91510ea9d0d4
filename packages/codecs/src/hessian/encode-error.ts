import { MeshError } from "@dualmesh/core";

/**
 * Why a value could not be written: it is none that Java has, or not of the type that was due.
 *
 * ```text
 * [INVALID_ARGUMENT] hessian: com.example.Order.items[2].count: expected int, got "three"
 * ```
 */
export class EncodeError extends MeshError {
  override readonly name: string = "EncodeError";
  /** Where it is: `com.example.Order.items[2].count`; empty for the value itself. */
  readonly path: string;
  readonly #what: string;
  /** The path without the class that it begins in. */
  readonly #steps: string;

  constructor(what: string, steps = "", className = "") {
    const path = className === "" ? steps : `${className}.${steps}`;
    super("INVALID_ARGUMENT", `hessian: ${path === "" ? "" : `${path}: `}${what}`);
    this.path = path;
    this.#what = what;
    this.#steps = steps;
  }

  /** The same error, seen from one level further out: from an item, or from a field of a class. */
  within(step: string, className = ""): EncodeError {
    const steps = this.#steps;
    const path = steps === "" || steps.startsWith("[") ? `${step}${steps}` : `${step}.${steps}`;
    return new EncodeError(this.#what, path, className);
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
