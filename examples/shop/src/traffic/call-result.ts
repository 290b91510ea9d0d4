/**
 * What became of a call.
 *
 * A call is *lost* if it got neither an answer nor a failure that states whether it was executed. `in-doubt` states that
 * nobody knows: honest, and yet something that idempotent calls must never end in.
 */
export type CallResult =
  | { readonly kind: "answered"; readonly version: string; readonly worker: number }
  | { readonly kind: "not-executed"; readonly reason: string }
  | { readonly kind: "in-doubt"; readonly reason: string }
  | { readonly kind: "lost"; readonly reason: string };

/** On a sidecar's own answers: what became of the request. */
const EXECUTION_HEADER = "x-dualmesh-execution";

/** Reads what `web` answered. */
export function readAnswer(status: number, headers: Headers, body: string): CallResult {
  if (status === 200) return readOrder(body);
  const reason = `${status} ${body.slice(0, 300)}`;
  const stated = headers.get(EXECUTION_HEADER) ?? findExecution(parse(body));
  switch (stated) {
    case "not-executed":
    case "in-doubt":
      return { kind: stated, reason };
    default:
      return { kind: "lost", reason };
  }
}

function readOrder(body: string): CallResult {
  const { version, stock } = record(parse(body));
  const { worker } = record(stock);
  if (typeof version !== "string" || typeof worker !== "number") {
    return { kind: "lost", reason: `200 without an order: ${body.slice(0, 300)}` };
  }
  return { kind: "answered", version, worker };
}

/** Somewhere along the causes of a failure stands the mesh's own error. */
function findExecution(value: unknown): unknown {
  const { execution, failure, cause } = record(value);
  if (execution !== undefined) return execution;
  const next = failure ?? cause;
  return next === undefined ? undefined : findExecution(next);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // Not every answer is JSON; that it is none is what the caller needs to know.
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
