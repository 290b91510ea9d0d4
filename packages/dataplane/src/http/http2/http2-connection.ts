import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { Socket } from "node:net";
import { parseTarget } from "@dualmesh/codecs/http1";
import { fieldBytes } from "../../http2/h2-fields.ts";
import { CONNECTION_WINDOW, MAX_SESSION_MB } from "../../http2/windows.ts";
import { type Downstream, downstreamOf } from "../downstream.ts";
import type { ServerConnection, ServerContext } from "../server-context.ts";
import { Http2Call } from "./http2-call.ts";

const { NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_REFUSED_STREAM, NGHTTP2_PROTOCOL_ERROR } = constants;

/** Pseudo-fields beside those that `maxFields` counts. */
const PSEUDO_FIELDS = 4;

/** One connection of HTTP/2: its streams are calls, side by side. */
export class Http2Connection implements ServerConnection {
  idleLooks = 0;
  readonly #context: ServerContext;
  readonly #session: ServerHttp2Session;
  readonly #downstream: Downstream;
  #calls = 0;

  constructor(context: ServerContext, socket: Socket) {
    const { rules, maxConcurrentStreams, streamWindowBytes } = context;
    this.#context = context;
    this.#downstream = downstreamOf(socket, context.scheme);
    this.#session = performServerHandshake(socket, {
      maxSessionMemory: MAX_SESSION_MB,
      maxHeaderListPairs: rules.maxFields + PSEUDO_FIELDS,
      settings: {
        maxConcurrentStreams,
        maxHeaderListSize: rules.maxHeadBytes,
        initialWindowSize: streamWindowBytes,
        enablePush: false,
      },
    });
    this.#session.setLocalWindowSize(CONNECTION_WINDOW);
    this.#session.on("stream", (stream, fields, _flags, ...rest: unknown[]) =>
      this.#serve(stream, fields, rest[0] as readonly string[]),
    );
    // What was under way learns it from its streams.
    this.#session.on("error", () => {});
    // Sockets of a listener stay open when their peer has ended. What it waits for is given up, as with HTTP/1.1.
    socket.once("end", () => this.#session.destroy());
  }

  get isIdle(): boolean {
    return this.#calls === 0 && !this.#session.closed;
  }

  drain(): void {
    if (!this.#session.closed) this.#session.close();
  }

  destroy(): void {
    this.#session.destroy();
  }

  #serve(stream: ServerHttp2Stream, fields: IncomingHttpHeaders, raw: readonly string[]): void {
    stream.on("error", () => {});
    if (this.#session.closed) {
      // It came while our GOAWAY was on its way: the client may send it elsewhere.
      stream.close(NGHTTP2_REFUSED_STREAM);
      return;
    }
    if (fieldBytes(raw) > this.#context.rules.maxHeadBytes) {
      stream.close(NGHTTP2_ENHANCE_YOUR_CALM);
      return;
    }
    if (!isRequest(fields)) {
      stream.close(NGHTTP2_PROTOCOL_ERROR);
      return;
    }
    this.idleLooks = 0;
    this.#calls++;
    const call = new Http2Call(this.#context, stream, this.#downstream, () => {
      this.#calls--;
    });
    call.serve(fields, raw);
    // It came while its server drains: the client learns it with the answer, as one of HTTP/1 does.
    if (this.#context.isDraining) this.drain();
  }
}

/** A path is one of this server (RFC 9113, section 8.3.1), also where nghttp2 lets others pass: of schemes it does not know. */
function isRequest(fields: IncomingHttpHeaders): boolean {
  const { ":method": method, ":path": path } = fields;
  if (method === undefined || path === undefined) return false;
  const form = parseTarget(method, path)?.form;
  return form === "origin" || form === "asterisk";
}
