/** What a stream tells whoever made the request: a head, then bytes, then the end; or, at any moment, a reset. */
export interface ClientStreamObserver {
  /**
   * @param fields Flat list, without pseudo-fields.
   * @param isEnd Whether the response is over; nothing follows then.
   */
  head(status: number, fields: string[], isEnd: boolean): void;
  /** Bytes of the body. Until {@link ClientStream.consumed} says so, they count against what the peer may send. */
  data(bytes: Buffer): void;
  /** The response is whole. */
  end(trailers: string[] | undefined): void;
  /** It is over before its end. */
  reset(reset: StreamReset): void;
  /** More bytes of the request can be sent, after `write` gave `false`. */
  drain(): void;
}

/** Why a stream was over before its end. */
export interface StreamReset {
  /** One of `ErrorCode`; `undefined`: the connection is gone. */
  readonly code: number | undefined;
  /** The peer has said that it did not begin with the request. */
  readonly isUntouched: boolean;
  /** This side has reset it: what came was no response. */
  readonly isBroken: boolean;
  /** One sentence. */
  readonly why: string;
}

/** One request under way, for whoever made it. */
export interface ClientStream {
  readonly id: number;
  /** Whether nothing more is sent and nothing more is told. */
  readonly isClosed: boolean;
  /** Bytes of the request that wait for the peer. */
  readonly pendingBytes: number;
  /** Sends bytes of the request, which must not be touched afterwards. `false`: hold back until `drain`. */
  write(bytes: Uint8Array): boolean;
  /** Ends the request, with its last bytes where there are some: they go in one frame with the end. */
  end(bytes?: Uint8Array, trailers?: readonly string[]): void;
  /**
   * Nobody wants the rest, in either direction. The observer is told nothing more.
   *
   * @param code One of `ErrorCode`. Default CANCEL.
   */
  reset(code?: number): void;
  /** The reader has taken so many bytes: the peer may send as many again. */
  consumed(bytes: number): void;
}
