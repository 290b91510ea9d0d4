import type { DecodeLimits } from "../limits/decode-limits.ts";
import { TranslateError } from "./translate-error.ts";

/** Keys of maps are told from fields by this, which begins no name of Java's. */
const KEY = "[";
const SHOWN_CHARS = 40;

/** Where a translation stands, for its errors, and what it may still spend. */
export class ValuePath {
  readonly limits: DecodeLimits;
  readonly #subject: string;
  readonly #steps: (string | number)[] = [];
  #nodesLeft: number;

  /** @param subject The form that is read or written, as errors name it: `json`, `protobuf`. */
  constructor(subject: string, limits: DecodeLimits) {
    this.#subject = subject;
    this.limits = limits;
    this.#nodesLeft = limits.maxNodes;
  }

  /** Goes into a field, by its name, or into an item, by its number. */
  enter(step: string | number): void {
    const { maxDepth, maxNodes } = this.limits;
    if (this.#steps.length === maxDepth) this.tooMuch("levels", maxDepth + 1, maxDepth);
    this.#steps.push(step);
    if (--this.#nodesLeft < 0) this.tooMuch("values", maxNodes + 1, maxNodes);
  }

  enterKey(key: unknown): void {
    this.enter(KEY + String(key));
  }

  leave(): void {
    this.#steps.pop();
  }

  fail(what: string): never {
    throw new TranslateError("INVALID_ARGUMENT", this.#subject, this.toString(), what);
  }

  tooMuch(what: string, value: number, limit: number): never {
    const message = `${value} ${what} are over the limit of ${limit}`;
    throw new TranslateError("RESOURCE_EXHAUSTED", this.#subject, this.toString(), message);
  }

  /** `order.items[2].names["a"]`; of a long one the end. */
  toString(): string {
    const steps = this.#steps.slice(-SHOWN_CHARS);
    let text = steps.length < this.#steps.length ? "…" : "";
    for (const step of steps) {
      if (typeof step === "number") text += `[${step}]`;
      else if (step.startsWith(KEY)) text += `[${JSON.stringify(shortened(step.slice(1)))}]`;
      else text += text === "" ? step : `.${step}`;
    }
    return text;
  }
}

/** A few words for a value that is not what was due. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(shortened(value));
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "bigint" ? `${value}n` : String(value);
}

function shortened(text: string): string {
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}
