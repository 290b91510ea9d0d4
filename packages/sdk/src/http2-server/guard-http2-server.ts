import {
  constants,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import type { Socket } from "node:net";
import {
  CANCELLED,
  type Call,
  type Clock,
  createCall,
  grpcOutcome,
  type Request,
  type Response,
  readBody,
  resetOutcome,
  resetReply,
  responseOutcome,
  type Service,
  toReset,
} from "@dualmesh/core";
import { DOWNSTREAM, downstreamOf, fromH2Fields, grpcReply, HOP_HEADER } from "@dualmesh/dataplane";
import { isGrpcContentType } from "@dualmesh/matching";
import { APP_EXCHANGE, OWN_BODY } from "../app-service.ts";
import type { GuardOptions } from "../guard-options.ts";
import { outdated, TlsEnd } from "../tls-end.ts";
import { Http2Exchange } from "./http2-exchange.ts";
import { writeStream } from "./write-stream.ts";

/**
 * Puts the inbound chain before an application's server of HTTP/2, which grpc-js's are: the server reads and writes as
 * before, and between its session and its handlers stands the chain, stream by stream.
 *
 * @returns Takes it away again.
 */
export function guardHttp2Server(server: Http2Server | Http2SecureServer, options: GuardOptions): Disposable {
  const emit = server.emit as (event: string | symbol, ...args: unknown[]) => boolean;
  const { listener, clock, log = () => {} } = options;
  /** Of sessions whose TLS was ended here; a session itself shows a stand-in of its connection. */
  const connections = new WeakMap<object, Socket>();
  let delivered: Socket | undefined;
  const deliver = (connection: Socket): void => {
    delivered = connection;
    emit.call(server, "connection", connection);
    delivered = undefined;
  };
  const tlsEnd = listener && new TlsEnd({ listener, deliver, protocol: "http2", clock, log });
  const chainFor = ({ session }: ServerHttp2Stream): Service<Request, Response> | undefined => {
    const connection = session === undefined ? undefined : connections.get(session);
    if (connection !== undefined && tlsEnd?.isCurrent(connection) === false) return outdated;
    return options.chain(session?.socket.localPort ?? 0);
  };
  server.emit = function guarded(this: Http2Server, event: string | symbol, ...args: unknown[]): boolean {
    if (event === "connection" && tlsEnd?.accept(args[0] as Socket) === true) return true;
    // Made while its connection is handed over, and announced at once.
    if (event === "session" && delivered !== undefined) connections.set(args[0] as object, delivered);
    if (event !== "stream" || server.listenerCount(event) === 0) return emit.call(this, event, ...args);
    const [stream, fields, flags, raw] = args as [
      ServerHttp2Stream,
      IncomingHttpHeaders,
      number,
      readonly string[],
    ];
    const headers = fromH2Fields(raw);
    const mark = headers.get(HOP_HEADER);
    // In any case: no application reads it, and no stranger may set it.
    if (mark !== undefined) headers.delete(HOP_HEADER);
    const exchange = new Http2Exchange(stream, fields, raw, headers, (given, rawGiven) => {
      emit.call(this, event, stream, given, flags, rawGiven);
    });
    const isMarked = mark !== undefined && options.isSidecar(mark);
    const chain = isMarked ? undefined : chainFor(stream);
    if (chain === undefined) exchange.pass();
    else serve(chain, exchange, options.clock);
    return true;
  } as typeof server.emit;
  return {
    [Symbol.dispose]() {
      server.emit = emit as typeof server.emit;
      tlsEnd?.[Symbol.dispose]();
    },
  };
}

function serve(chain: Service<Request, Response>, exchange: Http2Exchange, clock: Clock): void {
  const { stream, fields, headers } = exchange;
  const call = createCall({ clock });
  call.set(APP_EXCHANGE, exchange);
  const socket = stream.session?.socket;
  call.set(DOWNSTREAM, downstreamOf(socket ?? {}, stream.session?.encrypted === true ? "https" : "http"));
  const request: Request = {
    head: {
      protocol: "h2",
      exchange: "stream",
      method: fields[":method"] ?? "GET",
      scheme: fields[":scheme"] ?? "http",
      authority: fields[":authority"] ?? headers.get("host") ?? "",
      path: fields[":path"] ?? "/",
      headers,
    },
    // The application reads the body from its own stream.
    body: OWN_BODY,
  };
  const isGrpc = isGrpcContentType(headers.get("content-type"));
  const answer = async (response: Response): Promise<void> => {
    const { held } = exchange;
    if (held !== undefined && response.body === OWN_BODY) {
      held.release(response.head.status, response.head.headers);
      return;
    }
    const { head, body } = isGrpc ? grpcReply(response) : response;
    const { bytes } = await readBody(body, { maxBytes: Number.POSITIVE_INFINITY });
    const write = (): void => writeStream(stream, head, bytes);
    if (held === undefined) write();
    else held.discard(write);
    call.end(responseOutcome(response.head));
  };
  observeEnd(exchange, call, isGrpc);
  chain(request, call)
    .catch((error: unknown) => resetReply(toReset(error)))
    .then(answer)
    .catch((error: unknown) => {
      // A filter's field that node:http2 will not write, or a body that broke.
      call.end(resetOutcome(toReset(error)));
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    });
}

/** A call that was not ended by an answer of the chain ends with the application's own. */
function observeEnd(exchange: Http2Exchange, call: Call, isGrpc: boolean): void {
  const { stream } = exchange;
  stream.once("close", () => {
    const head = exchange.responseHead;
    if (stream.rstCode !== constants.NGHTTP2_NO_ERROR || head === undefined) {
      call.cancel(CANCELLED);
      call.end(resetOutcome(CANCELLED, head?.status));
    } else call.end(isGrpc ? grpcOutcome(head, exchange.trailers) : responseOutcome(head));
  });
}
