import type { Frame, FrameCodec } from "@dualmesh/codecs/frame";
import { createHeaders, MeshError, NO_BODY, type Request, type Reset } from "@dualmesh/core";
import {
  type CallObserver,
  type ClientConnection,
  codecOf,
  frameResponse,
  requestFrame,
  type SentCall,
} from "@dualmesh/rpc";
import { failureReset } from "../failure-reset.ts";
import type { AttemptFailure, AttemptObserver, OpenAttempt } from "../transport.ts";

/** One call in frames. A one-way call is over once its bytes are the socket's. */
export class RpcExchange implements OpenAttempt, CallObserver {
  readonly codec: FrameCodec;
  readonly #frame: Frame;
  readonly #observer: AttemptObserver;
  /** Told when it is given up while it waits for a connection. */
  onGivenUp: (() => void) | undefined;
  #sent: SentCall | undefined;
  #isOver = false;

  /** @throws {MeshError} for a request that came in no frame, or whose changes its protocol cannot say. */
  constructor(request: Request, observer: AttemptObserver) {
    const codec = codecOf(request);
    if (codec === undefined) {
      throw new MeshError("INTERNAL", `rpc transport: a request of protocol "${request.head.protocol}"`);
    }
    this.codec = codec;
    this.#frame = requestFrame(request);
    this.#observer = observer;
  }

  get started(): boolean {
    return this.#sent?.started === true;
  }

  run(connection: ClientConnection): void {
    if (this.#isOver) return;
    const sent = connection.send(this.#frame, this);
    this.#sent = sent;
  }

  /** No connection came about for it. */
  fail(failure: AttemptFailure, cause: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#observer.failed(failure, failureReset(failure, cause, false));
  }

  cancel(_reset: Reset): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#sent?.cancel();
    this.onGivenUp?.();
  }

  responded(frame: Frame): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#observer.responded(frameResponse(frame, this.codec));
    this.#observer.ended(undefined);
  }

  written(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#observer.responded({ head: { status: 200, headers: createHeaders() }, body: NO_BODY });
    this.#observer.ended(undefined);
  }

  failed(reset: Reset): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#observer.failed(reset.execution === "not-executed" ? "reset-before-request" : "reset", reset);
  }
}
