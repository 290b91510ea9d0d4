/** A client that refuses more in a row has its oldest refusals forgotten. */
const MAX_OPEN = 100;

/**
 * The responses that a delta client refused and that nothing has taken the place of.
 *
 * With state of the world the next response that is accepted makes up for a refusal: it holds everything. A delta response
 * holds what has changed, so an accepted one says nothing of others. A refusal is of a whole response, whichever resource
 * it is about; so it ends when any of the names in it is accepted with another content, or as removed.
 */
export class Refusals {
  #open: readonly ReadonlySet<string>[] = [];

  get any(): boolean {
    return this.#open.length > 0;
  }

  refused(names: Iterable<string>): void {
    this.#open = [...this.#open.slice(1 - MAX_OPEN), new Set(names)];
  }

  accepted(names: readonly string[]): void {
    if (!this.any) return;
    this.#open = this.#open.filter((refused) => !names.some((name) => refused.has(name)));
  }
}
