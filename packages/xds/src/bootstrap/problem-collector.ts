import { MeshError } from "@dualmesh/core";

/** Gathers what is wrong with a bootstrap file, so that all of it is said at once. */
export class ProblemCollector {
  readonly #file: string;
  readonly #problems: string[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  add(problem: string): void {
    this.#problems.push(`${this.#file}: ${problem}`);
  }

  /** @throws {MeshError} `INVALID_ARGUMENT` with one line per problem, if there is any. */
  throwIfAny(): void {
    if (this.#problems.length > 0) throw new MeshError("INVALID_ARGUMENT", this.#problems.join("\n"));
  }
}
