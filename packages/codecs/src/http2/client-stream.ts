import { ErrorCode } from "./error-code.ts";
import { ReceiveWindow } from "./receive-window.ts";
import { ResponseState } from "./response-state.ts";

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

/** What a stream asks of its connection. */
export interface StreamOwner {
  /** Sends what windows allow. */
  flush(stream: ClientStream): void;
  resetStream(stream: ClientStream, code: number): void;
  /** Gives windows back. */
  returnWindow(stream: ClientStream, bytes: number): void;
}

/** Bytes that wait for the peer's windows, before `write` gives `false`. */
const HIGH_WATER_MARK_BYTES = 65_536;

/**
 * One request and its response (RFC 9113, section 5.1).
 *
 * ```text
 *              end of the request             end of the response
 *  open ────────────────────────────► half ───────────────────────► closed
 *    └───────── end of the response: what is left is reset ───────────► closed
 *    └───────── reset by either side, or the connection ends ─────────► closed
 * ```
 */
export class ClientStream {
  readonly id: number;
  readonly observer: ClientStreamObserver;
  readonly #owner: StreamOwner;
  /** What may still be sent: less than 0 where the peer has made its windows smaller meanwhile. */
  sendWindow: number;
  readonly receiveWindow: ReceiveWindow;
  readonly response: ResponseState;
  /** The request, as far as windows have not let it go. */
  readonly pending: Uint8Array[] = [];
  pendingBytes = 0;
  /** What follows the last byte of the request; `null`: nothing, and the end is not yet known. */
  trailers: readonly string[] | undefined | null = null;
  isRequestSent = false;
  isClosed = false;
  #isBlocked = false;

  constructor(
    id: number,
    observer: ClientStreamObserver,
    owner: StreamOwner,
    options: { readonly sendWindow: number; readonly receiveWindow: number; readonly method: string },
  ) {
    this.id = id;
    this.observer = observer;
    this.#owner = owner;
    this.sendWindow = options.sendWindow;
    this.receiveWindow = new ReceiveWindow(options.receiveWindow);
    this.response = new ResponseState(options.method);
  }

  /** Sends bytes of the request, which must not be touched afterwards. `false`: hold back until `drain`. */
  write(bytes: Uint8Array): boolean {
    if (this.isClosed || this.trailers !== null) return true;
    if (bytes.length > 0) {
      this.pending.push(bytes);
      this.pendingBytes += bytes.length;
      this.#owner.flush(this);
    }
    this.#isBlocked = this.pendingBytes >= HIGH_WATER_MARK_BYTES;
    return !this.#isBlocked;
  }

  /** Ends the request, with its last bytes where there are some: they go in one frame with the end. */
  end(bytes?: Uint8Array, trailers?: readonly string[]): void {
    if (this.isClosed || this.trailers !== null) return;
    if (bytes !== undefined && bytes.length > 0) {
      this.pending.push(bytes);
      this.pendingBytes += bytes.length;
    }
    // No fields are no trailers: a block of none is legal, and not all peers know it.
    this.trailers = trailers?.length === 0 ? undefined : trailers;
    this.#owner.flush(this);
  }

  /** Nobody wants the rest, in either direction. The observer is told nothing more. */
  reset(code: number = ErrorCode.CANCEL): void {
    if (!this.isClosed) this.#owner.resetStream(this, code);
  }

  /**
   * The reader has taken so many bytes: the peer may send as many again. Due for all bytes, also behind the end of a response;
   * not behind a reset, with which all that was not read counts as taken.
   */
  consumed(bytes: number): void {
    this.#owner.returnWindow(this, bytes);
  }

  /** Bytes went out. */
  sent(bytes: number): void {
    this.pendingBytes -= bytes;
    if (!this.#isBlocked || this.pendingBytes >= HIGH_WATER_MARK_BYTES) return;
    this.#isBlocked = false;
    this.observer.drain();
  }

  closed(): void {
    this.isClosed = true;
    this.pending.length = 0;
    this.pendingBytes = 0;
  }
}
