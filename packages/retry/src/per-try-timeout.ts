import {
  type Call,
  discardBody,
  localReply,
  type Request,
  type Reset,
  type Response,
  type Service,
  type TimerWheel,
} from "@dualmesh/core";
import { PER_TRY_TIMEOUT_DETAILS } from "./attempt-result.ts";

/** Why an attempt that takes too long is cancelled. */
const TOO_SLOW: Reset = Object.freeze({
  code: "DEADLINE_EXCEEDED",
  flag: "UT",
  message: "upstream request timeout",
  execution: "in-doubt",
});

export interface WithinTimeOptions {
  readonly tryOnce: Service<Request, Response>;
  readonly request: Request;
  readonly attempt: Call;
  /** Milliseconds. */
  readonly timeoutMs: number;
  /** Default: a timer of the call's clock. */
  readonly timers?: TimerWheel | undefined;
}

/**
 * An attempt that is given up when its response head does not come in time: it is cancelled, and the answer is the
 * local reply of Envoy (504, `UT`). What it answers later is discarded.
 */
export function withinTime(options: WithinTimeOptions): Promise<Response> {
  const { tryOnce, request, attempt, timeoutMs, timers } = options;
  return new Promise((resolve, reject) => {
    let late = false;
    const giveUp = (): void => {
      late = true;
      attempt.cancel(TOO_SLOW);
      resolve(timeoutReply());
    };
    const entry = timers?.schedule(giveUp, timeoutMs, attempt.startMs);
    const timer = entry === undefined ? attempt.clock.setTimer(giveUp, timeoutMs) : undefined;
    const stop = (): void => {
      entry?.cancel();
      timer?.[Symbol.dispose]();
    };
    tryOnce(request, attempt).then(
      (response) => {
        stop();
        if (late) discardBody(response.body, TOO_SLOW);
        else resolve(response);
      },
      (error: unknown) => {
        stop();
        reject(error);
      },
    );
  });
}

function timeoutReply(): Response {
  return localReply({
    status: 504,
    flag: "UT",
    details: PER_TRY_TIMEOUT_DETAILS,
    body: "upstream request timeout",
    execution: "in-doubt",
  });
}
