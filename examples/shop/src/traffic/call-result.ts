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

/** On an answer that the mesh gave by itself: what became of the request. */
const EXECUTION_HEADER = "x-dualmesh-execution";

/** Reads what `web` answered. */
export function readAnswer(status: number, body: string): CallResult {
  if (status === 200) return readOrder(body);
  const { path, end } = follow(parse(body), []);
  const { execution, headers, message, body: said, status: given } = end;
  const text = [message, said, body].find((one) => typeof one === "string") as string;
  const code = typeof given === "number" ? given : status;
  const reason = [...path, `${code} ${text.slice(0, 300)}`].join(" → ");
  const stated = execution ?? record(headers)[EXECUTION_HEADER];
  switch (stated) {
    case "not-executed":
    case "in-doubt":
      return { kind: stated, reason };
    default:
      return { kind: "lost", reason };
  }
}

/**
 * Programs pass on what they got: an answer with its headers, or an error with its causes. Whoever failed at the end of
 * that chain states what became of the request.
 */
function follow(value: unknown, path: readonly string[]): { path: readonly string[]; end: Fields } {
  const end = record(value);
  const { service, failure, body, cause, execution } = end;
  if (execution !== undefined) return { path, end };
  if (typeof service === "string") return follow(failure, [...path, service]);
  const next = [body, cause].find((one) => typeof one === "object" && one !== null);
  return next === undefined ? { path, end } : follow(next, path);
}

function readOrder(body: string): CallResult {
  const { version, stock } = record(parse(body));
  const { worker } = record(stock);
  if (typeof version !== "string" || typeof worker !== "number") {
    return { kind: "lost", reason: `200 without an order: ${body.slice(0, 300)}` };
  }
  return { kind: "answered", version, worker };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // Not every answer is JSON; that it is none is what the caller needs to know.
  }
}

type Fields = Readonly<Record<string, unknown>>;

function record(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
