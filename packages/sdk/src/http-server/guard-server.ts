import type { IncomingMessage, Server, ServerResponse } from "node:http";
import {
  type Clock,
  createCall,
  createHeaders,
  type Request,
  type Response,
  resetReply,
  type Service,
  toReset,
} from "@dualmesh/core";
import { DOWNSTREAM, writeResponse } from "@dualmesh/dataplane";
import { APP_EXCHANGE, type AppExchange, OWN_BODY } from "./app-service.ts";

export interface InboundServerOptions {
  /**
   * The inbound chain for a port, ending in the application; `undefined`: nothing is configured, requests go straight to
   * the application.
   */
  readonly chain: (port: number) => Service<Request, Response> | undefined;
  /** Whether a request comes from the application's own sidecar, which has run the chain. May take its mark off. */
  readonly fromSidecar: (incoming: IncomingMessage) => boolean;
  readonly clock: Clock;
}

/**
 * Puts the inbound chain before an application's server: the server parses and writes as before, and between its parser
 * and its handlers stands the chain.
 *
 * @returns Takes it away again.
 */
export function guardServer(server: Server, options: InboundServerOptions): Disposable {
  const emit = server.emit as (event: string | symbol, ...args: unknown[]) => boolean;
  server.emit = function guarded(this: Server, event: string | symbol, ...args: unknown[]): boolean {
    if (event === "request") {
      const [incoming, outgoing] = args as [IncomingMessage, ServerResponse];
      const chain = options.fromSidecar(incoming) ? undefined : options.chain(incoming.socket.localPort ?? 0);
      if (chain !== undefined && server.listenerCount("request") > 0) {
        serve(
          chain,
          { incoming, outgoing, deliver: () => emit.call(server, event, ...args), held: undefined },
          options.clock,
        );
        return true;
      }
    }
    return emit.call(this, event, ...args);
  } as Server["emit"];
  return {
    [Symbol.dispose]() {
      server.emit = emit as Server["emit"];
    },
  };
}

function serve(chain: Service<Request, Response>, exchange: AppExchange, clock: Clock): void {
  const { incoming, outgoing } = exchange;
  const { socket } = incoming;
  const headers = createHeaders(incoming.rawHeaders);
  const call = createCall({ clock });
  call.set(APP_EXCHANGE, exchange);
  call.set(DOWNSTREAM, {
    remoteAddress: socket.remoteAddress ?? "",
    remotePort: socket.remotePort ?? 0,
    localAddress: socket.localAddress ?? "",
    localPort: socket.localPort ?? 0,
  });
  const request: Request = {
    head: {
      protocol: "http/1.1",
      exchange: "unary",
      method: incoming.method ?? "GET",
      scheme: "http",
      authority: headers.get("host") ?? "",
      path: incoming.url ?? "/",
      headers,
    },
    // The application reads the body from its own server.
    body: OWN_BODY,
  };
  const answer = (response: Response): void => {
    const { held } = exchange;
    if (held !== undefined && response.body === OWN_BODY)
      held.release(response.head.status, response.head.headers);
    else {
      held?.discard();
      if (!outgoing.destroyed) writeResponse(outgoing, response, call);
    }
  };
  chain(request, call).then(answer, (error: unknown) => answer(resetReply(toReset(error))));
}
