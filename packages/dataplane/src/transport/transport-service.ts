import { type Request, type Response, resetReply, type Service } from "@dualmesh/core";
import type { EndpointAddress } from "./endpoint-address.ts";
import type { AttemptFailure, Transport } from "./transport.ts";

export interface TransportServiceOptions {
  readonly transport: Transport;
  /** Asked for each call, so that the address may change while the process runs. */
  readonly endpoint: () => EndpointAddress;
  /** Turns a failure before the response head into a response. Default: a local reply (503) that says what is known. */
  readonly onFailure?: (failure: AttemptFailure, response: Response) => Response;
}

/** One endpoint as a service: no balancing, no retries. A cancelled call gives its attempt up. */
export function transportService(options: TransportServiceOptions): Service<Request, Response> {
  const { transport, endpoint, onFailure } = options;
  return (request, call) =>
    new Promise((resolve) => {
      const attempt = transport.open(endpoint(), request, {
        responded: resolve,
        failed(failure, reset) {
          const response = resetReply(reset);
          resolve(onFailure === undefined ? response : onFailure(failure, response));
        },
        ended() {},
      });
      call.onCancel((reason) => {
        attempt.cancel(reason);
        resolve(resetReply(reason));
      });
    });
}
