import type { Headers } from "@dualmesh/core";

/** How the end of a message's body is found (RFC 9112, section 6). */
export type Framing = "none" | "length" | "chunked" | "until-close";

interface Head {
  /** The minor version: 0 for HTTP/1.0, else 1. */
  readonly minor: 0 | 1;
  readonly headers: Headers;
  readonly framing: Framing;
  /** `content-length`, where the head has one, in bytes; an answer to HEAD has one and no body. */
  readonly contentLength: number | undefined;
  /** Whether the sender is willing to use the connection again after this message. */
  readonly keepAlive: boolean;
  /** Whether there is any field that speaks of the connection and must not be forwarded (RFC 9110, section 7.6.1). */
  readonly hasHopByHop: boolean;
  /** The protocol that is asked for or agreed on, if `connection` names `upgrade` too. */
  readonly upgrade: string | undefined;
}

export interface Http1RequestHead extends Head {
  readonly method: string;
  /** As it came: see `parseTarget`. */
  readonly target: string;
  /** The Host field, or several as one list; `undefined` if there is none. */
  readonly host: string | undefined;
  /** Whether the client waits before it sends its body: `unknown` for an expectation other than `100-continue`. */
  readonly expect: "100-continue" | "unknown" | undefined;
}

export interface Http1ResponseHead extends Head {
  readonly status: number;
}
