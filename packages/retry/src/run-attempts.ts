import {
  type Attribute,
  type Call,
  createAttribute,
  discardBody,
  type Outcome,
  type Random,
  type Request,
  type Reset,
  type Response,
  type ResponseFlag,
  resetOutcome,
  responseOutcome,
  type Service,
  systemRandom,
  type Ticket,
  type TimerWheel,
  toReset,
} from "@dualmesh/core";
import { attemptCall } from "./attempt-call.ts";
import { attemptResult, PER_TRY_TIMEOUT_DETAILS } from "./attempt-result.ts";
import { keepHead } from "./kept-head.ts";
import { withinTime } from "./per-try-timeout.ts";
import { type ReplayableBody, replayableBody } from "./replayable-body.ts";
import type { RetryLimit } from "./retry-limit.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import { createRetryStats, type RetryStats } from "./retry-stats.ts";
import { retryWait } from "./retry-wait.ts";

export interface RunAttemptsOptions {
  readonly request: Request;
  readonly call: Call;
  readonly policy: RetryPolicy;
  /**
   * Makes one attempt: thresholds, pick, transport. Gets a request of its own and a call of its own
   * (`attempt.attempt` is its number, from 1; `attempt.onEnd` its end). A failure before the response head is a local
   * reply (`resetReply`), with the flag and the execution of the reset: `UF`, `UC`, `UR`, `LR`, `UPE`. Any other local
   * reply is final.
   */
  readonly tryOnce: Service<Request, Response>;
  /** Default: every retry is allowed. */
  readonly limit?: RetryLimit | undefined;
  /** What is kept of a streaming request body. Beyond it, the attempt under way is the last. Bytes. Default 65,536. */
  readonly maxReplayBytes?: number | undefined;
  /** Waits for slow attempts, cheaper than a timer each and up to a tick late. Default: timers of the call's clock. */
  readonly timers?: TimerWheel | undefined;
  readonly stats?: RetryStats | undefined;
  readonly random?: Random | undefined;
}

/**
 * Why a call was not retried though its policy would have it: `URX`, it had all its retries; `UO`, too many retries
 * were under way. Envoy puts these flags beside the upstream's own answer.
 */
export const RETRY_FLAG: Attribute<ResponseFlag> = createAttribute<ResponseFlag>("retry flag", "");

/**
 * Makes attempts until one has a result that is final: by the policy, because the retries or the budget are spent, the
 * body cannot be sent again, or the wait would outlast the deadline. Then the answer at hand is the answer.
 *
 * The answers in between are discarded, and their attempts end at once; the last attempt ends with the call. A
 * rejection of `tryOnce` is passed on: the call was cancelled, or there is a defect.
 *
 * @throws {MeshError} when the call is cancelled during a back-off.
 */
export async function runAttempts(options: RunAttemptsOptions): Promise<Response> {
  const attempts = new Attempts(options);
  try {
    for (;;) {
      const response = await attempts.next();
      const delayMs = attempts.judge(response);
      if (delayMs < 0) return attempts.answer(response);
      attempts.discard(response);
      await retryWait(options.call, delayMs);
    }
  } catch (error) {
    attempts.fail(toReset(error));
    throw error;
  }
}

/** Whether the attempt under way was made because the one before it took too long. */
export const TIMEOUT_RETRY: Attribute<boolean> = createAttribute("timeout retry", false);

const NO_TICKET: Ticket = -1;
const FINAL = -1;
const NO_STATS = createRetryStats();

/** Why what is left of an answer is not wanted. */
const SUPERSEDED: Reset = Object.freeze({
  code: "CANCELLED",
  flag: "",
  message: "another attempt is made",
  execution: "executed",
});

class Attempts {
  readonly #options: RunAttemptsOptions;
  readonly #stats: RetryStats;
  readonly #body: ReplayableBody;
  readonly #head: () => Request["head"];
  /** The retry that is under way. */
  #ticket: Ticket = NO_TICKET;
  #retries = 0;
  /** Whether an upstream may have acted on an attempt that is over. */
  #mayHaveRun = false;
  #current: Call | undefined;

  constructor(options: RunAttemptsOptions) {
    const { call, policy, request } = options;
    this.#options = options;
    this.#stats = options.stats ?? NO_STATS;
    this.#body = replayableBody(request.body, options.maxReplayBytes);
    this.#head = keepHead(request.head);
    if (policy.numRetries === 0 || policy.conditions.length === 0) this.#body.commit();
    call.onCancel((reason) => this.#current?.cancel(reason));
    call.onEnd((outcome) => this.#current?.end(outcome));
  }

  next(): Promise<Response> {
    const { call, policy, tryOnce, request, timers } = this.#options;
    call.beginAttempt();
    const nowMs = call.clock.now();
    const timeoutMs = policy.perTryTimeoutMs ?? Number.POSITIVE_INFINITY;
    const inTime = nowMs + timeoutMs < call.deadlineMs;
    const attempt = attemptCall(call, nowMs, inTime ? nowMs + timeoutMs : call.deadlineMs);
    this.#current = attempt;
    const own: Request = { head: this.#retries === 0 ? request.head : this.#head(), body: this.#body.next() };
    return inTime ? withinTime({ tryOnce, request: own, attempt, timeoutMs, timers }) : tryOnce(own, attempt);
  }

  /** The wait before the next attempt, or `FINAL`. */
  judge(response: Response): number {
    const { call, policy, limit, request, random = systemRandom } = this.#options;
    this.#release();
    const stats = this.#stats;
    const tooSlow = response.head.local?.details === PER_TRY_TIMEOUT_DETAILS;
    if (tooSlow) stats.perTryTimeout.add();
    const result = attemptResult(response);
    if (result === undefined) return this.#final();
    if (policy.judge(result, request.head) === undefined) {
      if (this.#retries > 0) stats.success.add();
      return this.#final();
    }
    if (call.cancelled !== undefined) return this.#final();
    // Also where none was ever allowed, as in Envoy: the body is committed then because of that, and not before it.
    if (this.#retries >= policy.numRetries && (policy.numRetries === 0 || !this.#body.committed)) {
      stats.limitExceeded.add();
      return this.#final("URX");
    }
    if (this.#body.committed) return this.#final();
    const delayMs = policy.backoffMs(this.#retries + 1, random);
    if (call.clock.now() + delayMs >= call.deadlineMs) return this.#final();
    if (limit !== undefined) {
      this.#ticket = limit.tryAcquire();
      if (this.#ticket < 0) {
        stats.overflow.add();
        return this.#final("UO");
      }
    }
    this.#retries++;
    if (tooSlow !== call.get(TIMEOUT_RETRY)) call.set(TIMEOUT_RETRY, tooSlow);
    stats.retry.add();
    stats.backoff.add();
    return delayMs;
  }

  /** What the last attempt says of the call: that it was not executed only if no attempt before it may have been. */
  answer(response: Response): Response {
    const { local } = response.head;
    if (!this.#mayHaveRun || local?.execution !== "not-executed") return response;
    return { ...response, head: { ...response.head, local: { ...local, execution: "in-doubt" } } };
  }

  /** Ends the attempt whose answer is not the call's. */
  discard(response: Response): void {
    this.#mayHaveRun ||= response.head.local?.execution !== "not-executed";
    this.#body.rewind();
    discardBody(response.body, SUPERSEDED);
    this.#endCurrent(responseOutcome(response.head));
  }

  /** Ends everything: there will be no answer. */
  fail(reset: Reset): void {
    this.#release();
    this.#body.commit();
    this.#endCurrent(resetOutcome(reset));
  }

  #final(flag: ResponseFlag = ""): number {
    if (flag !== "") this.#options.call.set(RETRY_FLAG, flag);
    this.#body.commit();
    return FINAL;
  }

  #endCurrent(outcome: Outcome): void {
    const attempt = this.#current;
    this.#current = undefined;
    attempt?.end(outcome);
  }

  #release(): void {
    if (this.#ticket >= 0) this.#options.limit?.complete(this.#ticket);
    this.#ticket = NO_TICKET;
  }
}
