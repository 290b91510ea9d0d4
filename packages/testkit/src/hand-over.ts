/** Values in the order in which they came, for takers in the order in which they asked. */
export class HandOver<T> {
  readonly #values: T[] = [];
  readonly #takers: PromiseWithResolvers<T>[] = [];
  #closed: Error | undefined;

  /** Values that nobody has taken. */
  get waiting(): number {
    return this.#values.length;
  }

  give(value: T): void {
    const taker = this.#takers.shift();
    if (taker === undefined) this.#values.push(value);
    else taker.resolve(value);
  }

  /** Nothing more will come: those who wait, and all who ask once nothing is left, get the error. */
  close(error: Error): void {
    this.#closed ??= error;
    for (const taker of this.#takers.splice(0)) taker.reject(this.#closed);
  }

  /** The next value; waits for one if none is there. */
  take(): Promise<T> {
    if (this.#values.length > 0) return Promise.resolve(this.#values.shift() as T);
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    const taker = Promise.withResolvers<T>();
    this.#takers.push(taker);
    return taker.promise;
  }
}
