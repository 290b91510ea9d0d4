/**
 * `INVALID_ARGUMENT`: the bytes or values are not this message. `RESOURCE_EXHAUSTED`: they are over a budget.
 */
export type ProtoErrorCode = "INVALID_ARGUMENT" | "RESOURCE_EXHAUSTED";

/**
 * What bytes, values or a whole message were refused for. The message names the field and, for bytes, the
 * place.
 */
export class ProtoError extends Error {
  override readonly name: string = "ProtoError";
  readonly code: ProtoErrorCode;
  /** Field path from the outermost message, `endpoints[3].lb_endpoints[0]`; empty for the message itself. */
  readonly path: string;

  constructor(message: string, path = "", code: ProtoErrorCode = "INVALID_ARGUMENT") {
    super(message);
    this.code = code;
    this.path = path;
  }
}

/** One thing wrong with a document. */
export interface Problem {
  /** As spelled in the document, `static_resources.listeners[0].adress`; empty for the document itself. */
  readonly path: string;
  /** A sentence without the path. */
  readonly message: string;
  readonly file?: string;
  /** From 1. Absent if the values came without a text. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
}

/** Everything that is wrong with a JSON or YAML document; the message has one line per problem. */
export class DocumentError extends ProtoError {
  override readonly name: string = "DocumentError";
  /** In the order of the document; at most 100. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"), problems[0]?.path ?? "");
    this.problems = problems;
  }
}

/**
 * `envoy.yaml:12:9: static_resources.listeners[0].adress: unknown field …`; the parts that are absent are
 * left out.
 */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(":");
  return [place, problem.path, problem.message].filter((part) => part !== "").join(": ");
}
