import {
  type Call,
  discardBody,
  localReply,
  type Request,
  type Reset,
  type Response,
  type Service,
} from "@dualmesh/core";
import { PER_TRY_TIMEOUT_DETAILS } from "./attempt-result.ts";

/** Why an attempt that takes too long is cancelled. */
const TOO_SLOW: Reset = Object.freeze({
  code: "DEADLINE_EXCEEDED",
  flag: "UT",
  message: "upstream request timeout",
  execution: "in-doubt",
});

/**
 * An attempt that is given up when its response head does not come in time: it is cancelled, and the answer is the
 * local reply of Envoy (504, `UT`). What it answers later is discarded.
 */
export function withinTime(
  tryOnce: Service<Request, Response>,
  request: Request,
  attempt: Call,
  timeoutMs: number,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = attempt.clock.setTimer(() => {
      late = true;
      attempt.cancel(TOO_SLOW);
      resolve(timeoutReply());
    }, timeoutMs);
    tryOnce(request, attempt).then(
      (response) => {
        timer[Symbol.dispose]();
        if (late) discardBody(response.body, TOO_SLOW);
        else resolve(response);
      },
      (error: unknown) => {
        timer[Symbol.dispose]();
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
