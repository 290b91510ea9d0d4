import type { ServerResponse } from "node:http";
import { type Code, MeshError } from "@dualmesh/core";

/** What the admin listener says: JSON, or text for people and their scripts. */
export interface Answer {
  readonly status: number;
  /** A string goes out as plain text, anything else as JSON; absent is an empty body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that goes on: whoever gives it writes all of it, status included. */
export interface StreamedAnswer {
  readonly stream: (response: ServerResponse) => void;
}

/** A refusal: one sentence. */
export function refuse(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, body: { error }, headers };
}

/** The refusal for a method that a path does not have; `Allow` is what RFC 9110, section 15.5.6, asks for. */
export function refuseMethod(method: string, path: string, allowed: readonly string[]): Answer {
  const allow = allowed.join(", ");
  return refuse(405, `${path} takes ${allow}, got ${method}`, { allow });
}

/** The answer for what a handler threw: our own errors by their code, anything else is a defect of ours. */
export function answerError(error: unknown): Answer {
  if (!MeshError.is(error)) return refuse(500, error instanceof Error ? error.message : String(error));
  return refuse(STATUS[error.code] ?? 500, error.rawMessage);
}

const STATUS: { readonly [code in Code]?: number } = {
  INVALID_ARGUMENT: 400,
  NOT_FOUND: 404,
  FAILED_PRECONDITION: 409,
  RESOURCE_EXHAUSTED: 429,
  UNAVAILABLE: 503,
};
