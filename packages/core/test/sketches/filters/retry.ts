import type { Filter, Request, Response } from "../../../src/index.ts";

export interface RetryOptions {
  /** Tries in all, the first included. */
  readonly maxAttempts: number;
}

/** Sends again what no upstream has begun to act on, if the body can be sent again. */
export function retry({ maxAttempts }: RetryOptions): Filter<Request, Response> {
  return (next) => async (request, call) => {
    for (;;) {
      const attempt = call.beginAttempt();
      const response = await next(request, call);
      const failed = response.head.local?.execution === "not-executed";
      if (!failed || attempt >= maxAttempts || request.body.kind === "stream") return response;
    }
  };
}
