import type { ClientStream, ClientStreamObserver } from "./client-stream.ts";
import { ErrorCode } from "./error-code.ts";
import { ReceiveWindow } from "./receive-window.ts";
import { ResponseState } from "./response-state.ts";

/** What a stream asks of its connection. */
export interface StreamOwner {
  /** Sends what windows allow. */
  flush(stream: RequestStream): void;
  resetStream(stream: RequestStream, code: number): void;
  /** Gives windows back. */
  returnWindow(stream: RequestStream, bytes: number): void;
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
export class RequestStream implements ClientStream {
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

  reset(code: number = ErrorCode.CANCEL): void {
    if (!this.isClosed) this.#owner.resetStream(this, code);
  }

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
