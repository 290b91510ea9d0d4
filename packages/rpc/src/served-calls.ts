import type { ServedCall } from "./served-call.ts";

/**
 * The calls under way on a connection, in no order. A list in which each call knows its place: of a `Set` with as many comings and
 * goings, see `CallTable`.
 */
export class ServedCalls {
  readonly #calls: ServedCall[] = [];

  get size(): number {
    return this.#calls.length;
  }

  add(call: ServedCall): void {
    call.place = this.#calls.push(call) - 1;
  }

  /** Its place goes to the last. */
  delete(call: ServedCall): void {
    const last = this.#calls.pop();
    if (last === undefined || last === call) return;
    last.place = call.place;
    this.#calls[call.place] = last;
  }

  /** As they are now. */
  all(): ServedCall[] {
    return this.#calls.slice();
  }
}
