/**
 * Things to dispose of, last one first: `AsyncDisposableStack`, which Node 22 does not have.
 */
export class Disposals implements AsyncDisposable {
  #resources: (Disposable | AsyncDisposable)[] = [];

  /** Takes a thing over, and gives it back. */
  use<T extends Disposable | AsyncDisposable>(resource: T): T {
    this.#resources.push(resource);
    return resource;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const resources = this.#resources.reverse();
    this.#resources = [];
    for (const resource of resources) {
      if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
      else resource[Symbol.dispose]();
    }
  }
}
