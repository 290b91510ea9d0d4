import type { Counter, Gauge } from "@dualmesh/core";
import { type Slots, TRASH } from "./slots.ts";

/** A counter or a gauge: a place in the array of all numbers. */
export class NumberSlot implements Counter, Gauge {
  readonly kind: "counter" | "gauge";
  readonly #slots: Slots;
  #at: number;

  /** Without a place it takes one of its own. */
  constructor(kind: "counter" | "gauge", slots: Slots, at: number = slots.take()) {
    this.kind = kind;
    this.#slots = slots;
    this.#at = at;
  }

  get value(): number {
    return this.#slots.values[this.#at] as number;
  }

  add(n = 1): void {
    const { values } = this.#slots;
    values[this.#at] = (values[this.#at] as number) + n;
  }

  set(value: number): void {
    this.#slots.values[this.#at] = value;
  }

  /** Gives the place back, once. Whoever still holds this writes to where nobody reads. */
  release(): void {
    this.#slots.give(this.#at);
    this.#at = TRASH;
  }
}
