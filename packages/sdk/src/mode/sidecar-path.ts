import {
  type Call,
  isIdempotentMethod,
  localReply,
  type Request,
  type Reset,
  type Response,
  resetReply,
  type Service,
} from "@dualmesh/core";
import {
  type AttemptFailure,
  type EndpointAddress,
  KEEPALIVE,
  type OpenAttempt,
  type Transport,
} from "@dualmesh/dataplane";
import { replayableBody } from "@dualmesh/retry";
import { IDEMPOTENT } from "./idempotent.ts";
import type { OnSidecarLoss } from "./mode.ts";

/** Bytes of a streamed request that are kept for the case that the sidecar dies under it. */
const MAX_REPLAY_BYTES = 65_536;

export interface SidecarPathOptions {
  /** By the protocol in which the application speaks: `h2` is handed on as such, the rest as HTTP/1.1. */
  readonly transports: { readonly http1: Transport; readonly http2: Transport };
  /** The sidecar's outbound listener; `undefined` while there is none. */
  readonly address: () => EndpointAddress | undefined;
  /** The chain in this process. */
  readonly direct: Service<Request, Response>;
  readonly onLoss: OnSidecarLoss;
}

/** The way through the sidecar. */
export interface SidecarPath {
  readonly service: Service<Request, Response>;
  /** The sidecar hangs or has died: calls that have no answer yet are given up, and go on as {@link OnSidecarLoss} says. */
  abandon(reason: string): void;
  /** Calls on this path that have no answer yet. */
  readonly waiting: number;
}

/**
 * Calls through the sidecar that outlive it. A call that was not sent, or may be sent twice, goes on in the process; one
 * that may have been executed ends with a failure that says so.
 */
export function createSidecarPath(options: SidecarPathOptions): SidecarPath {
  const { transports, address, direct, onLoss } = options;
  const open = new Set<(reset: Reset) => void>();

  function service(request: Request, call: Call): Promise<Response> {
    const endpoint = address();
    if (endpoint === undefined)
      return onLoss === "direct" ? direct(request, call) : Promise.resolve(noSidecar());
    const replay = replayableBody(request.body, MAX_REPLAY_BYTES);
    return new Promise((resolve) => {
      let attempt: OpenAttempt | undefined;
      const settle = (response: Response | Promise<Response>): void => {
        open.delete(giveUp);
        resolve(response);
      };
      const fail = (reset: Reset): void => {
        const again =
          onLoss === "direct" &&
          mayRepeat(request, call, reset) &&
          !replay.committed &&
          call.cancelled === undefined;
        if (!again) settle(resetReply(reset));
        else settle(direct({ head: request.head, body: replay.next() }, call));
      };
      const giveUp = (reset: Reset): void => {
        // What still waited for a connection was not sent.
        const known: Reset = attempt?.started === true ? reset : { ...reset, execution: "not-executed" };
        attempt?.cancel(known);
        fail(known);
      };
      open.add(giveUp);
      const transport = transports[request.head.protocol === "h2" ? "http2" : "http1"];
      const keepalive = call.get(KEEPALIVE);
      if (keepalive !== undefined) transport.keepAlive(keepalive);
      attempt = transport.open(
        endpoint,
        { head: request.head, body: replay.next() },
        {
          responded(response) {
            replay.commit();
            settle(response);
          },
          failed: (_failure: AttemptFailure, reset) => fail(reset),
          ended() {},
        },
      );
      call.onCancel((reason) => {
        attempt?.cancel(reason);
        settle(resetReply(reason));
      });
    });
  }

  return {
    service,
    abandon(reason) {
      const reset: Reset = {
        code: "UNAVAILABLE",
        flag: "UC",
        execution: "in-doubt",
        message: `sidecar: ${reason}`,
      };
      for (const giveUp of [...open]) giveUp(reset);
    },
    get waiting() {
      return open.size;
    },
  };
}

function mayRepeat(request: Request, call: Call, reset: Reset): boolean {
  if (reset.execution === "not-executed" || call.get(IDEMPOTENT)) return true;
  return isIdempotentMethod(request.head.method) || request.head.headers.has("idempotency-key");
}

function noSidecar(): Response {
  return localReply({
    status: 503,
    flag: "UF",
    details: "sidecar_absent",
    body: "the sidecar is not there, and calls may not go on in the process (MESH_ON_SIDECAR_LOSS is fail, the default in mode sidecar)",
  });
}
