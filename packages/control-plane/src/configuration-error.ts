import { MeshError } from "@dualmesh/core";
import { formatProblem, type Problem } from "@dualmesh/envoy-api";

/** A configuration that was refused as a whole (`INVALID_ARGUMENT`); the message has one line per problem. */
export class ConfigurationError extends MeshError {
  override readonly name: string = "ConfigurationError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super("INVALID_ARGUMENT", `configuration: ${[count, ...problems.map(formatProblem)].join("\n  ")}`);
    this.problems = problems;
  }
}
