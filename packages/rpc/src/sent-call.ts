import type { Frame } from "@dualmesh/codecs/frame";
import type { Reset } from "@dualmesh/core";
import type { QueuedFrame } from "./frame-writer.ts";

/** Who made a call on a connection, and is told exactly one of these, once; nothing after {@link SentCall.cancel}. */
export interface CallObserver {
  responded(frame: Frame): void;
  /** A one-way call: its bytes are the socket's. */
  written(): void;
  /** `execution` says whether the peer may have acted on it. */
  failed(reset: Reset): void;
}

/** A call that was handed to a connection. */
export interface SentCall {
  /** Whether any of its bytes may have left this process. Until then, giving it up leaves nothing in doubt. */
  readonly started: boolean;
  /** Gives it up: its answer will be dropped. */
  cancel(): void;
}

const NEVER_SENT: SentCall = Object.freeze({ started: false, cancel() {} });

/** The handle of a call that was not taken. */
export function refused(observer: CallObserver, reset: Reset): SentCall {
  observer.failed(reset);
  return NEVER_SENT;
}

/** A call under its id, from its frame to its end. */
export class OwnCall implements SentCall, QueuedFrame {
  started = false;
  readonly id: number;
  readonly isOneWay: boolean;
  readonly observer: CallObserver;
  frame: Frame | undefined;
  readonly #owner: CallOwner;

  constructor(owner: CallOwner, id: number, frame: Frame, observer: CallObserver) {
    this.#owner = owner;
    this.id = id;
    this.isOneWay = frame.kind === "oneway";
    this.frame = frame;
    this.observer = observer;
  }

  handedOver(): void {
    this.started = true;
    if (this.isOneWay) this.observer.written();
  }

  cancel(): void {
    this.#owner.forget(this);
  }
}

/** Whoever has calls in flight. */
export interface CallOwner {
  /** A call was given up. */
  forget(call: OwnCall): void;
}
