import {
  type Filter,
  type Request,
  type Reset,
  type Response,
  resetReply,
  type TimerWheel,
} from "../../../src/index.ts";

export interface DeadlineOptions {
  readonly timeoutMs: number;
  readonly wheel: TimerWheel;
}

const LATE: Reset = {
  code: "DEADLINE_EXCEEDED",
  flag: "UT",
  message: "the deadline passed",
  execution: "in-doubt",
};

/** Cancels a call that is not over in time; its caller gets a 504 if the response head had not come. */
export function deadline({ timeoutMs, wheel }: DeadlineOptions): Filter<Request, Response> {
  return (next) => (request, call) => {
    call.limitDeadline(call.startMs + timeoutMs);
    const timer = wheel.schedule(() => call.cancel(LATE), call.deadlineMs - call.startMs, call.startMs);
    call.onEnd(() => timer.cancel());
    return next(request, call).catch((error: unknown) => {
      if (call.cancelled === LATE) return resetReply(LATE);
      throw error;
    });
  };
}
