import { EXECUTION_HEADER } from "@dualmesh/dataplane";
import { eventually } from "./eventually.ts";
import { UPSTREAM_HEADER } from "./upstream.ts";

/**
 * What became of the calls. One is *lost* if it got neither an upstream's answer nor a failure that states whether it was
 * executed; `inDoubt` is such a statement, and yet something that no GET must end in.
 */
interface Tally {
  readonly answered: number;
  readonly notExecuted: number;
  readonly inDoubt: number;
  readonly lost: number;
}

export interface Outcome extends Tally {
  /** What the first failed calls said, for a test that fails. */
  readonly reasons: readonly string[];
}

/** What every load here must come to. */
export const ALL_ANSWERED: Partial<Outcome> = { notExecuted: 0, inDoubt: 0, lost: 0, reasons: [] };

/** All that a call is judged by. */
export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

/** Calls at a steady pace, whether or not the ones before were answered, as many customers make them. */
export interface SteadyLoad extends AsyncDisposable {
  /** Settles when so many more calls were answered: what changed in between was used. Rejects after a bounded time. */
  pass(calls: number): Promise<void>;
  /** Makes no new calls, waits for those under way, and says what became of all. */
  stop(): Promise<Outcome>;
}

/** Between two calls. Milliseconds. */
const PACE_MS = 4;

/** A call without an answer by then is lost. Milliseconds. */
const PATIENCE_MS = 3_000;

const MAX_REASONS = 5;

/** @param call One GET. Whole: its body must be read. */
export function startSteadyLoad(call: (signal: AbortSignal) => Promise<Answer>): SteadyLoad {
  const tally = { answered: 0, notExecuted: 0, inDoubt: 0, lost: 0 };
  const reasons: string[] = [];
  const open = new Set<Promise<void>>();
  const one = async (): Promise<void> => {
    const { kind, reason } = await judge(call);
    tally[kind]++;
    if (kind !== "answered" && reasons.length < MAX_REASONS) reasons.push(`${kind}: ${reason}`);
  };
  const timer = setInterval(() => {
    const under = one().finally(() => open.delete(under));
    open.add(under);
  }, PACE_MS);
  const stop = async (): Promise<Outcome> => {
    clearInterval(timer);
    await Promise.all(open);
    return { ...tally, reasons };
  };
  return {
    pass: (calls) => eventually(() => tally.answered).toBeGreaterThanOrEqual(tally.answered + calls),
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

interface Judged {
  readonly kind: keyof Tally;
  readonly reason: string;
}

async function judge(call: (signal: AbortSignal) => Promise<Answer>): Promise<Judged> {
  try {
    const { status, headers } = await call(AbortSignal.timeout(PATIENCE_MS));
    if (headers.get(UPSTREAM_HEADER) !== null) return { kind: "answered", reason: "" };
    return { kind: kindOf(headers.get(EXECUTION_HEADER)), reason: `status ${status}` };
  } catch (error) {
    return { kind: kindOf(executionOf(error)), reason: String((error as Error).cause ?? error) };
  }
}

function kindOf(execution: unknown): keyof Tally {
  if (execution === "not-executed") return "notExecuted";
  return execution === "in-doubt" ? "inDoubt" : "lost";
}

/** `fetch` hides the mesh's own error among the causes of its own. */
function executionOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  return "execution" in error ? error.execution : executionOf(error.cause);
}
