import type { Counter, Metrics } from "@dualmesh/core";
import type { Rejection } from "../resource-state.ts";

/** How responses of one type were judged. */
export class VerdictCounts {
  acks = 0;
  nacks = 0;
  /** The refusal that stands, until a response is accepted. */
  nack: Rejection | undefined;
  readonly #success: Counter;
  readonly #rejected: Counter;

  /** Counts in `xds.cluster.update_success` and `xds.cluster.update_rejected`, too. */
  constructor(typeName: string, metrics: Metrics) {
    const name = typeName.replaceAll(" ", "_");
    this.#success = metrics.counter(`xds.${name}.update_success`);
    this.#rejected = metrics.counter(`xds.${name}.update_rejected`);
  }

  record(version: string, problems: readonly string[], atWallMs: number): void {
    if (problems.length === 0) {
      this.acks++;
      this.nack = undefined;
      this.#success.add();
    } else {
      this.nacks++;
      this.nack = { version, problems, atWallMs };
      this.#rejected.add();
    }
  }
}
