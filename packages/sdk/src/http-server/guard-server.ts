import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import {
  CANCELLED,
  type Call,
  type Clock,
  createCall,
  createHeaders,
  type Request,
  type Response,
  resetOutcome,
  resetReply,
  responseOutcome,
  type Service,
  toReset,
} from "@dualmesh/core";
import { DOWNSTREAM, downstreamOf, HOP_HEADER } from "@dualmesh/dataplane";
import { APP_EXCHANGE, OWN_BODY } from "../app-service.ts";
import type { GuardOptions } from "../guard-options.ts";
import { outdated, TlsEnd } from "../tls-end.ts";
import { Http1Exchange } from "./http1-exchange.ts";
import { replaceFields } from "./replace-fields.ts";
import { writeResponse } from "./write-response.ts";

/** All by which a server hands a request to its handlers. */
const REQUEST_EVENTS: ReadonlySet<string | symbol> = new Set([
  "request",
  "checkContinue",
  "checkExpectation",
]);

/**
 * Puts the inbound chain before an application's server: the server parses and writes as before, and between its parser
 * and its handlers stands the chain.
 *
 * @returns Takes it away again.
 */
export function guardServer(server: Server, options: GuardOptions): Disposable {
  const emit = server.emit as (event: string | symbol, ...args: unknown[]) => boolean;
  const { listener, clock, log = () => {} } = options;
  const deliver = (connection: Socket): void => void emit.call(server, "connection", connection);
  const tlsEnd = listener && new TlsEnd({ listener, deliver, protocol: "http1", clock, log });
  const chainFor = (incoming: IncomingMessage): Service<Request, Response> | undefined => {
    const mark = takeMark(incoming);
    if (mark !== undefined && options.isSidecar(mark)) return undefined;
    if (tlsEnd?.isCurrent(incoming.socket) === false) return outdated;
    return options.chain(incoming.socket.localPort ?? 0);
  };
  server.emit = function guarded(this: Server, event: string | symbol, ...args: unknown[]): boolean {
    if (event === "connection" && tlsEnd?.accept(args[0] as Socket) === true) return true;
    if (REQUEST_EVENTS.has(event) && server.listenerCount(event) > 0) {
      const [incoming, outgoing] = args as [IncomingMessage, ServerResponse];
      const chain = chainFor(incoming);
      if (chain !== undefined) {
        const exchange = new Http1Exchange(incoming, outgoing, () => {
          emit.call(server, event, ...args);
        });
        serve(chain, exchange, options.clock);
        return true;
      }
    }
    if (event === "upgrade" || event === "connect") {
      const [incoming, socket] = args as [IncomingMessage, Duplex];
      if (chainFor(incoming) !== undefined) {
        // As in front of a sidecar: a tunnel would lead past the chain, and no configuration allows one yet.
        socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        return true;
      }
    }
    return emit.call(this, event, ...args);
  } as Server["emit"];
  return {
    [Symbol.dispose]() {
      server.emit = emit as Server["emit"];
      tlsEnd?.[Symbol.dispose]();
    },
  };
}

/** Takes the sidecar's mark off in any case: no application reads it, and no stranger may set it. */
function takeMark(incoming: IncomingMessage): string | undefined {
  const mark = incoming.headers[HOP_HEADER];
  if (mark === undefined) return undefined;
  const headers = createHeaders(incoming.rawHeaders);
  headers.delete(HOP_HEADER);
  replaceFields(incoming, headers.flat());
  return String(mark);
}

function serve(chain: Service<Request, Response>, exchange: Http1Exchange, clock: Clock): void {
  const { incoming, outgoing } = exchange;
  const { socket } = incoming;
  const encrypted = socket instanceof TLSSocket;
  const headers = createHeaders(incoming.rawHeaders);
  const call = createCall({ clock });
  call.set(APP_EXCHANGE, exchange);
  call.set(DOWNSTREAM, downstreamOf(socket, encrypted ? "https" : "http"));
  const request: Request = {
    head: {
      protocol: "http/1.1",
      exchange: "unary",
      method: incoming.method ?? "GET",
      scheme: encrypted ? "https" : "http",
      authority: headers.get("host") ?? "",
      path: incoming.url ?? "/",
      headers,
    },
    // The application reads the body from its own server.
    body: OWN_BODY,
  };
  const answer = (response: Response): void => {
    try {
      send(response);
    } catch (error) {
      // A filter's header that node:http will not write.
      outgoing.destroy();
      call.end(resetOutcome(toReset(error)));
    }
  };
  const send = (response: Response): void => {
    const { held } = exchange;
    if (held !== undefined && response.body === OWN_BODY)
      held.release(response.head.status, response.head.headers);
    else if (!outgoing.destroyed) {
      const write = (): void => writeResponse(outgoing, response, call);
      if (held === undefined) write();
      else held.discard(write);
    }
  };
  observeEnd(outgoing, call);
  chain(request, call).then(answer, (error: unknown) => answer(resetReply(toReset(error))));
}

/** A call that was not ended by an answer of the chain ends with the application's own. */
function observeEnd(outgoing: ServerResponse, call: Call): void {
  outgoing.once("close", () => {
    const status = outgoing.statusCode;
    if (outgoing.writableFinished) call.end(responseOutcome({ status, headers: NO_HEADERS }));
    else {
      call.cancel(CANCELLED);
      call.end(resetOutcome(CANCELLED, status));
    }
  });
}

const NO_HEADERS = createHeaders();
