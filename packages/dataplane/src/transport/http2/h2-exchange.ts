import {
  type ClientStream,
  type ClientStreamObserver,
  ErrorCode,
  type StreamReset,
} from "@dualmesh/codecs/http2";
import { BodyPipe, createHeaders, discardBody, NO_BODY, type Request, type Reset } from "@dualmesh/core";
import { h2RequestFields, pushH2Fields } from "../../http2/h2-request-fields.ts";
import { failureReset } from "../failure-reset.ts";
import { requestFraming } from "../http1/request-framing.ts";
import type { AttemptFailure, AttemptObserver, OpenAttempt } from "../transport.ts";
import type { ClientSession } from "./client-session.ts";
import { H2RequestWriter } from "./h2-request-writer.ts";
import { REFUSED, remoteReset, UNWANTED } from "./h2-resets.ts";

/**
 * One request and its response on a stream.
 *
 * ```text
 * waiting ─session─► sent ─head─► body ─end─► over
 *    └──────────┴── cancel, reset ─┴────────► over
 * ```
 */
export class H2Exchange implements OpenAttempt, ClientStreamObserver {
  readonly request: Request;
  readonly #observer: AttemptObserver;
  readonly #fields: readonly string[];
  readonly #trailers: readonly string[] | undefined;
  state: "waiting" | "sent" | "body" | "over" = "waiting";
  /** Told when it is given up while it waits for a session. */
  onGivenUp: (() => void) | undefined;
  #stream: ClientStream | undefined;
  #writer: H2RequestWriter | undefined;
  #pipe: BodyPipe | undefined;
  /** Bytes of the response that its reader has not taken. */
  #heldBytes = 0;

  /** @throws {MeshError} `INVALID_ARGUMENT` when `content-length` is not the body's length, or a field cannot be written. */
  constructor(request: Request, observer: AttemptObserver) {
    const { head, body } = request;
    requestFraming(head.method, head.headers, body);
    this.request = request;
    this.#observer = observer;
    this.#fields = h2RequestFields(head);
    if (body.kind === "bytes" && body.trailers !== undefined && body.trailers.size > 0) {
      const trailers: string[] = [];
      pushH2Fields(trailers, body.trailers);
      this.#trailers = trailers;
    }
  }

  get started(): boolean {
    return this.#stream !== undefined;
  }

  /** Sends the request. */
  run(session: ClientSession): void {
    const { body } = this.request;
    this.state = "sent";
    const stream = session.request(this.#fields, body.kind === "none", this);
    this.#stream = stream;
    if (body.kind === "bytes") stream.end(body.bytes, this.#trailers);
    else if (body.kind === "stream") {
      this.#writer = new H2RequestWriter(session, stream, body, (reset) => this.#requestBroken(reset));
      this.#writer.start();
    }
  }

  cancel(reset: Reset): void {
    if (this.state === "over") return;
    const wasWaiting = this.state === "waiting";
    this.state = "over";
    if (wasWaiting) this.onGivenUp?.();
    if (this.#stream === undefined) discardBody(this.request.body, reset);
    this.#abandonStream(reset);
    this.#pipe?.reset(reset);
  }

  /** No connection came about for it. */
  fail(failure: AttemptFailure, cause: Error): void {
    if (this.state !== "waiting") return;
    discardBody(this.request.body);
    this.#failed(failure, failureReset(failure, cause, false));
  }

  head(status: number, fields: string[], isEnd: boolean): void {
    if (this.state !== "sent") return;
    const head = { status, headers: createHeaders(fields) };
    if (isEnd) {
      this.#complete();
      this.#observer.responded({ head, body: NO_BODY });
      this.#observer.ended(undefined);
      return;
    }
    this.state = "body";
    const length = head.headers.get("content-length");
    const pipe = new BodyPipe({
      lengthBytes: length === undefined ? undefined : Number(length),
      onDrain: () => this.#taken(),
      onCancel: (reason) => this.#abandon(reason),
    });
    this.#pipe = pipe;
    this.#observer.responded({ head, body: pipe });
  }

  data(bytes: Buffer): void {
    if (this.#pipe?.write(bytes) === true) this.#stream?.consumed(bytes.length);
    else this.#heldBytes += bytes.length;
  }

  end(trailers: string[] | undefined): void {
    if (this.state !== "body") return;
    this.#complete();
    this.#pipe?.end(trailers === undefined ? undefined : createHeaders(trailers));
    this.#observer.ended(undefined);
  }

  reset({ code, isUntouched, isBroken, why }: StreamReset): void {
    this.#writer?.cancel(UNWANTED);
    this.#writer = undefined;
    const hasHead = this.state === "body";
    const cause = new Error(why);
    if (isUntouched && !hasHead) this.#failed("reset-before-request", REFUSED);
    // What came is no response; or our request is none, in the peer's eyes.
    else if (code === ErrorCode.PROTOCOL_ERROR)
      this.#failed("protocol-error", failureReset("protocol-error", cause, hasHead));
    else if (code === undefined) this.#failed("reset", failureReset("reset", cause, hasHead));
    else this.#failed("reset", remoteReset(isBroken ? ErrorCode.INTERNAL_ERROR : code, cause, hasHead));
  }

  drain(): void {
    this.#writer?.drain();
  }

  #requestBroken(reset: Reset): void {
    this.#writer = undefined;
    this.#stream?.reset(ErrorCode.CANCEL);
    this.#failed("reset", reset);
  }

  /** The reader has taken what was held. */
  #taken(): void {
    const bytes = this.#heldBytes;
    this.#heldBytes = 0;
    this.#stream?.consumed(bytes);
  }

  /** The response is whole: nobody wants what is left of the request. */
  #complete(): void {
    this.state = "over";
    this.#writer?.cancel(UNWANTED);
    this.#writer = undefined;
  }

  /** The reader does not want the rest, but nobody has failed. */
  #abandon(reason: Reset): void {
    if (this.state !== "body") return;
    this.state = "over";
    this.#abandonStream(reason);
    this.#observer.ended(reason);
  }

  #abandonStream(reason: Reset): void {
    this.#writer?.cancel(reason);
    this.#writer = undefined;
    this.#stream?.reset(ErrorCode.CANCEL);
    // What its reader will not take any more must not stop the others.
    this.#taken();
  }

  #failed(failure: AttemptFailure, reset: Reset): void {
    const { state } = this;
    if (state === "over") return;
    this.state = "over";
    if (state === "body") {
      this.#pipe?.reset(reset);
      this.#taken();
      this.#observer.ended(reset);
    } else this.#observer.failed(failure, reset);
  }
}
