import { type Call, type Request, type Reset, type Response, resetReply, type Service } from "@dualmesh/core";
import { HandOver } from "./hand-over.ts";

/** One request that arrived at a mock service and waits for the test to decide. */
export interface Asked<Req = Request, Res = Response> {
  readonly request: Req;
  readonly call: Call;
  /** Settles the service's promise. A second decision is ignored, as with every promise. */
  answer(response: Res): void;
  /** Fails before the response head, the way transports do: with the local reply that stands for the reset. */
  reset(this: Asked<Req, Response>, reason: Reset): void;
  /** Rejects: what a cancelled call does, or a defect. */
  reject(error: unknown): void;
}

/** The test's end of a mock service. */
export interface MockHandle<Req = Request, Res = Response> {
  /** Requests that came and that {@link next} has not given yet. */
  readonly waiting: number;
  /** All requests that ever came. */
  readonly asked: number;
  /** The next request, in the order of arrival; waits for one if none is there. */
  next(): Promise<Asked<Req, Res>>;
}

export interface MockService<Req = Request, Res = Response> {
  readonly service: Service<Req, Res>;
  readonly handle: MockHandle<Req, Res>;
}

/**
 * A service that answers what the test says, when the test says it, so that a test reads as a dialogue:
 *
 * ```ts
 * import { createCall, stack, type Request, type Response } from "@dualmesh/core";
 * import { retry } from "@dualmesh/retry";
 * import { mockService, textRequest, textResponse } from "@dualmesh/testkit";
 *
 * const { service, handle } = mockService();
 * const send = stack<Request, Response>().use("retry", retry({ retryOn: "5xx" })).to(service);
 * const response = send(textRequest(), createCall());
 * (await handle.next()).answer(textResponse(503));
 * (await handle.next()).answer(textResponse(200, "second try"));
 * console.log((await response).head.status); // => 200
 * ```
 */
export function mockService<Req = Request, Res = Response>(): MockService<Req, Res> {
  const arrived = new HandOver<Asked<Req, Res>>();
  let count = 0;

  return {
    service(request, call) {
      count++;
      return new Promise<Res>((resolve, reject) => {
        arrived.give({
          request,
          call,
          answer: resolve,
          reset(reason) {
            this.answer(resetReply(reason));
          },
          reject,
        });
      });
    },
    handle: {
      get waiting() {
        return arrived.waiting;
      },
      get asked() {
        return count;
      },
      next: () => arrived.take(),
    },
  };
}
