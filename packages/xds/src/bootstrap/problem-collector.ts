import { MeshError } from "@dualmesh/core";

/** Gathers what is wrong with a bootstrap file, so that all of it is said at once. */
export class ProblemCollector {
  readonly #place: (problem: string) => string;
  readonly #problems: string[] = [];

  /** @param place puts a problem into its place: what stands in front of it, or what puts that there. */
  constructor(place: string | ((problem: string) => string)) {
    this.#place = typeof place === "string" ? (problem) => `${place}: ${problem}` : place;
  }

  add(problem: string): void {
    this.#problems.push(this.#place(problem));
  }

  /** @throws {MeshError} `INVALID_ARGUMENT` with one line per problem, if there is any. */
  throwIfAny(): void {
    if (this.#problems.length > 0) throw new MeshError("INVALID_ARGUMENT", this.#problems.join("\n"));
  }
}
