import { type Endpoint, type Health, worseHealth } from "./endpoint.ts";

/**
 * The state of endpoints, by integer index. An index belongs to a key for as long as the key is listed or has picks
 * out, so an endpoint that a new list still names keeps its state, and a pick of an endpoint that is gone still counts
 * down what it counted up.
 */
export class EndpointSlots<E extends Endpoint = Endpoint> {
  /** Picks that are out. */
  active: Int32Array = new Int32Array(16);
  weights: Float64Array = new Float64Array(16);
  /** The indices of the endpoints that are listed, in the order of the list. */
  listed: Int32Array = new Int32Array(0);
  #endpoints: (E | undefined)[] = [];
  /** What health checks say; discovery's opinion is in the endpoint. */
  #checked: Health[] = [];
  #isListed: boolean[] = [];
  #byKey = new Map<string, number>();
  #free: number[] = [];

  /**
   * Swaps the list.
   *
   * @throws {RangeError} on a key that comes twice. Then nothing has changed.
   */
  list(endpoints: readonly E[]): void {
    const before = this.#byKey;
    const byKey = new Map<string, number>();
    const listed = new Int32Array(endpoints.length);
    endpoints.forEach(({ key }, i) => {
      const index = before.get(key) ?? -1;
      listed[i] = index;
      byKey.set(key, index);
    });
    // The map is needed anyway; its size says whether all keys differ, without a look-up for each.
    if (byKey.size < endpoints.length)
      throw new RangeError(`endpoint "${repeated(endpoints)}": it is listed twice`);

    this.#isListed.fill(false);
    endpoints.forEach((endpoint, i) => {
      let index = listed[i] as number;
      if (index < 0) {
        index = this.#allocate();
        listed[i] = index;
        byKey.set(endpoint.key, index);
      }
      this.#endpoints[index] = endpoint;
      this.#isListed[index] = true;
      this.weights[index] = endpoint.weight ?? 1;
    });
    this.#byKey = byKey;
    this.listed = listed;
    for (const [key, index] of before) {
      if (this.#isListed[index]) continue;
      if ((this.active[index] as number) > 0) byKey.set(key, index);
      else this.#release(index);
    }
  }

  endpoint(index: number): E | undefined {
    return this.#endpoints[index];
  }

  /** The index of a key that is listed or has picks out; -1 if it is unknown. */
  find(key: string): number {
    return this.#byKey.get(key) ?? -1;
  }

  isListed(index: number): boolean {
    return this.#isListed[index] === true;
  }

  health(index: number): Health {
    const own = this.#endpoints[index]?.health ?? "healthy";
    return worseHealth(own, this.#checked[index] ?? "healthy");
  }

  /** Says whether the endpoint's health is another one now. */
  check(index: number, health: Health): boolean {
    const before = this.health(index);
    this.#checked[index] = health;
    return this.health(index) !== before;
  }

  /** Counts down a pick. */
  complete(index: number): void {
    const left = (this.active[index] as number) - 1;
    this.active[index] = left;
    if (left > 0 || this.#isListed[index]) return;
    this.#byKey.delete((this.#endpoints[index] as E).key);
    this.#release(index);
  }

  #allocate(): number {
    const index = this.#free.pop() ?? this.#endpoints.length;
    this.#checked[index] = "healthy";
    this.#endpoints[index] ??= undefined;
    if (index >= this.active.length) {
      const active = new Int32Array(this.active.length * 2);
      active.set(this.active);
      this.active = active;
      const weights = new Float64Array(this.weights.length * 2);
      weights.set(this.weights);
      this.weights = weights;
    }
    return index;
  }

  #release(index: number): void {
    this.#endpoints[index] = undefined;
    this.#free.push(index);
  }
}

function repeated(endpoints: readonly Endpoint[]): string {
  const seen = new Set<string>();
  return endpoints.find(({ key }) => seen.size === seen.add(key).size)?.key ?? "";
}
