import { reasonPhrase } from "@dualmesh/codecs/http1";
import {
  CANCELLED,
  type Call,
  discardBody,
  type Headers,
  type Request,
  type Reset,
  type Response,
  resetError,
  resetOutcome,
  responseOutcome,
  toReset,
} from "@dualmesh/core";
import { stateExecution } from "@dualmesh/dataplane";
import type { Dispatcher } from "undici";
import { type FieldsRecord, fieldsRecord } from "./fields-record.ts";

/**
 * One call of an application's undici: what the chain answers is told to undici's handler, and what undici asks of its
 * controller (pause, resume, abort) is told to the chain.
 */
export class DispatcherCall implements Dispatcher.DispatchController {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #call: Call;
  #request: Request | undefined;
  #response: Response | undefined;
  /** What came while the handler paused: its next call may depend on what it decides meanwhile. */
  #held: (() => void)[] = [];
  aborted = false;
  paused = false;
  reason: Error | null = null;
  /** By name, as undici's own client for HTTP/2 has them. */
  rawHeaders: FieldsRecord | null = null;
  rawTrailers: FieldsRecord | null = null;

  constructor(handler: Dispatcher.DispatchHandler, call: Call) {
    this.#handler = handler;
    this.#call = call;
  }

  /** Runs the call; never throws. */
  run(service: (request: Request, call: Call) => Promise<Response>, request: Request): void {
    this.#request = request;
    try {
      this.#handler.onRequestStart?.(this, {});
    } catch (error) {
      this.abort(error as Error);
    }
    if (this.aborted) return;
    service(request, this.#call).then(
      (response) => this.#respond(response),
      (error: unknown) => this.#fail(toReset(error)),
    );
  }

  abort(reason: Error): void {
    if (this.aborted || this.#call.outcome !== undefined) return;
    this.aborted = true;
    this.reason = reason;
    this.#call.cancel(CANCELLED);
    // Whoever produces the request must learn that nobody reads it any more, whatever part of the chain it has reached.
    if (this.#request !== undefined) discardBody(this.#request.body);
    if (this.#response !== undefined) discardBody(this.#response.body);
    this.#call.end(resetOutcome(CANCELLED));
    this.#handler.onResponseError?.(this, reason);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    while (!this.paused) {
      const next = this.#held.shift();
      if (next === undefined) break;
      next();
    }
    if (!this.paused && this.#response?.body.kind === "stream") this.#response.body.resume();
  }

  #respond(response: Response): void {
    const { head, body } = response;
    if (this.aborted) {
      discardBody(body);
      return;
    }
    this.#response = response;
    stateExecution(head);
    try {
      const fields = fieldsRecord(head.headers);
      this.rawHeaders = fields;
      this.#handler.onResponseStart?.(this, head.status, fields, reasonPhrase(head.status));
      if (body.kind === "stream") {
        body.read({
          chunk: (bytes) => this.#chunk(bytes),
          end: (trailers) => this.#end(trailers),
          reset: (reason) => this.#fail(reason),
        });
      } else {
        if (body.kind === "bytes") this.#chunk(body.bytes);
        this.#end(body.kind === "bytes" ? body.trailers : undefined);
      }
    } catch (error) {
      // The application's handler threw; undici's own clients abort then, too.
      this.abort(error as Error);
    }
  }

  #chunk(bytes: Uint8Array): boolean {
    if (this.aborted) return true;
    if (this.paused) {
      this.#held.push(() => this.#chunk(bytes));
      return false;
    }
    try {
      this.#handler.onResponseData?.(this, bytes as Buffer);
    } catch (error) {
      this.abort(error as Error);
    }
    return !this.paused;
  }

  #end(trailers: Headers | undefined): void {
    if (this.aborted) return;
    if (this.paused || this.#held.length > 0) {
      this.#held.push(() => this.#end(trailers));
      return;
    }
    this.#call.end(responseOutcome((this.#response as Response).head));
    const fields = trailers === undefined ? {} : fieldsRecord(trailers);
    this.rawTrailers = fields;
    try {
      this.#handler.onResponseEnd?.(this, fields);
    } catch (error) {
      // Of undici's own handlers RetryHandler throws here to begin anew; the call itself is over, and not aborted.
      this.#handler.onResponseError?.(this, error as Error);
    }
  }

  #fail(reset: Reset): void {
    if (this.aborted) return;
    this.#call.end(resetOutcome(reset, this.#response?.head.status));
    this.#handler.onResponseError?.(this, resetError(reset));
  }
}
