import { EXIT, type ExitCode } from "./exit-code.ts";

/** Something that the user can put right: told in one sentence, without a stack. */
export class UserError extends Error {
  override readonly name: string = "UserError";
  readonly exitCode: ExitCode;

  constructor(sentence: string, exitCode: ExitCode = EXIT.invalid) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** What to print of a failure, and the status to end with. */
export interface Failure {
  readonly text: string;
  readonly exitCode: ExitCode;
}

/**
 * Describes whatever a command threw. Errors of ours are sentences already; anything else is a defect, and keeps its
 * stack. What knows our errors is loaded when there is one: `--version` stays quick.
 */
export async function describeFailure(error: unknown): Promise<Failure> {
  if (error instanceof UserError) return { text: error.message, exitCode: error.exitCode };
  if (isDocumentError(error)) return { text: error.message, exitCode: EXIT.invalid };
  const { MeshError } = await import("@dualmesh/core");
  if (MeshError.is(error)) {
    const isInput = error.code === "INVALID_ARGUMENT" || error.code === "NOT_FOUND";
    const exitCode = isInput ? EXIT.invalid : EXIT.negative;
    return { text: error.rawMessage, exitCode };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text: `a defect, please report it: ${text}`, exitCode: EXIT.negative };
}

/** By name: importing the class would load all of Envoy's messages to print a usage error. */
function isDocumentError(error: unknown): error is Error {
  return error instanceof Error && (error.name === "DocumentError" || error.name === "ProtoError");
}
