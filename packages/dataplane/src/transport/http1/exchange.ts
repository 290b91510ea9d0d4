import { writeRequestHead } from "@dualmesh/codecs/http1";
import { type BodyPipe, discardBody, type Request, type Reset, type Response } from "@dualmesh/core";
import { failureReset } from "../failure-reset.ts";
import type { AttemptFailure, AttemptObserver, OpenAttempt } from "../transport.ts";
import type { ClientConnection } from "./client-connection.ts";
import { type RequestFraming, requestFraming } from "./request-framing.ts";

/**
 * One request and its response.
 *
 * ```text
 * waiting ─connection─► sent ─head─► body ─end─► over        (head and end may come at once)
 *    └───────────┴────── cancel, failure ──────────► over
 * ```
 */
export class Exchange implements OpenAttempt {
  readonly request: Request;
  readonly head: string;
  readonly framing: RequestFraming;
  readonly #observer: AttemptObserver;
  state: "waiting" | "sent" | "body" | "over" = "waiting";
  connection: ClientConnection | undefined;
  /** The response's body, where it streams. */
  pipe: BodyPipe | undefined;

  /** @throws {MeshError} `INVALID_ARGUMENT` for a request that cannot be written. */
  constructor(request: Request, observer: AttemptObserver) {
    const { method, path, authority, headers } = request.head;
    this.request = request;
    this.framing = requestFraming(method, headers, request.body);
    this.head = writeRequestHead(method, path, authority, headers, this.framing.lines);
    this.#observer = observer;
  }

  get started(): boolean {
    return this.connection !== undefined;
  }

  cancel(reset: Reset): void {
    if (this.state === "over") return;
    const { connection } = this;
    this.state = "over";
    // What waits is skipped by its pool.
    if (connection === undefined) discardBody(this.request.body, reset);
    else connection.abort(reset);
    this.pipe?.reset(reset);
  }

  /** The response's head; for one that is whole, `isOver`. */
  responded(response: Response, isOver: boolean): void {
    this.state = isOver ? "over" : "body";
    this.#observer.responded(response);
    if (isOver) this.#observer.ended(undefined);
  }

  /** The last byte of the response is here. */
  finished(): void {
    this.state = "over";
    this.#observer.ended(undefined);
  }

  /** Its reader does not want the rest of the response. */
  abandoned(reason: Reset): void {
    this.state = "over";
    this.#observer.ended(reason);
  }

  /** Its connection has failed. */
  fail(failure: AttemptFailure, cause: Error): void {
    this.end(failure, failureReset(failure, cause, this.state === "body"));
  }

  /** It ends before its end. */
  end(failure: AttemptFailure, reset: Reset): void {
    const { state } = this;
    if (state === "over") return;
    this.state = "over";
    if (state !== "body") {
      if (state === "waiting") discardBody(this.request.body, reset);
      this.#observer.failed(failure, reset);
      return;
    }
    this.pipe?.reset(reset);
    this.#observer.ended(reset);
  }
}
