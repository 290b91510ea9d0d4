import type { Code } from "./code.ts";
import type { Execution } from "./execution.ts";
import type { Headers } from "./headers.ts";
import type { ResponseFlag } from "./response-flag.ts";

/**
 * How the two directions of a call relate.
 *
 * - `unary`: one request, one response; either may have a body.
 * - `stream`: bodies flow in both directions at once; the response head may come while the request still streams.
 * - `oneway`: nothing comes back. The promise settles with a head once the bytes are written; after that the call is
 *   never retried, and is no evidence for or against an endpoint.
 * - `tunnel`: two byte streams (CONNECT, WebSocket, TCP). For TCP the head is the connection.
 */
export type Exchange = "unary" | "stream" | "oneway" | "tunnel";

/** What filters read and change of a request; the body beside it is opaque to them. */
export interface RequestHead {
  /** The protocol in which it came, by its ALPN name where it has one: `http/1.1`, `h2`, `bolt`, `tcp`. */
  readonly protocol: string;
  readonly exchange: Exchange;
  /** HTTP's method; empty where a protocol has none. */
  method: string;
  /** `http` or `https` as the client meant it; empty where a protocol has none. */
  scheme: string;
  /** Whom the call is for: `Host` or `:authority`, with a port if one was given; SNI for a TLS tunnel. */
  authority: string;
  /** Path with query. An RPC is `/service/method`, as gRPC has it; a TCP tunnel's is empty. */
  path: string;
  readonly headers: Headers;
}

/** What filters read and change of a response. */
export interface ResponseHead {
  /** HTTP's status, also for other protocols: their edge translates. 200 for a one-way call that was written. */
  status: number;
  readonly headers: Headers;
  /** Present when no upstream made this response: who refused, and why. */
  readonly local?: LocalReply;
}

/** The reason of a response that a filter, the router or a transport made instead of an upstream. */
export interface LocalReply {
  readonly code: Code;
  readonly flag: ResponseFlag;
  /** Envoy's `RESPONSE_CODE_DETAILS`: a stable word for logs, such as `route_not_found`. */
  readonly details: string;
  /** One sentence for people. */
  readonly message: string;
  /** Whether an upstream may have acted on the request. */
  readonly execution: Execution;
  /** The number that gRPC clients are told. Absent: the mapping of HTTP's status. */
  readonly grpcStatus?: number;
  /** Goes out as it is, as a server's own would: neither in gRPC's form nor with a route's header mutations. */
  readonly asIs?: boolean;
}
