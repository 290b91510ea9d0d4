import type { Counter, Gauge } from "@dualmesh/core";
import { type Slots, TRASH } from "./slots.ts";

/** A counter or a gauge: a place in the array of all numbers. */
export class NumberSlot implements Counter, Gauge {
  readonly kind: "counter" | "gauge";
  readonly #slots: Slots;
  #at: number;

  constructor(kind: "counter" | "gauge", slots: Slots) {
    this.kind = kind;
    this.#slots = slots;
    this.#at = slots.take();
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

  /** Gives the place back. Whoever still holds this writes to where nobody reads. */
  release(): void {
    if (this.#at === TRASH) return;
    this.#slots.give(this.#at);
    this.#at = TRASH;
  }
}
