import { MeshError } from "@dualmesh/core";
import type { JavaError } from "../hessian/java-error.ts";
import type { CallFailure } from "./status-json.ts";

/** How a call ended, whatever it went over. */
export type CallOutcome =
  | { readonly kind: "value"; readonly value: unknown }
  /** What the method threw. */
  | { readonly kind: "exception"; readonly error: JavaError }
  /** Nobody served it, or nobody can read what came of it. */
  | ({ readonly kind: "failure" } & CallFailure);

/** The failure of an error with a code; others are somebody's mistake, and thrown. */
export function failureOf(error: unknown, what: string): CallOutcome & { readonly kind: "failure" } {
  if (!MeshError.is(error)) throw error;
  return { kind: "failure", code: "INTERNAL", message: `${what}: ${error.rawMessage}` };
}

/** The first line: what follows in Java's messages are stacks, which are nobody's business outside. */
export function firstLine(text: string): string {
  const end = text.search(/[\r\n]/);
  return end < 0 ? text : text.slice(0, end);
}
