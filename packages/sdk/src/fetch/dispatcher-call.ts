import {
  CANCELLED,
  type Call,
  type Request,
  type Reset,
  type Response,
  resetError,
  resetOutcome,
  responseOutcome,
  toReset,
} from "@dualmesh/core";
import { RawHeaders } from "@dualmesh/dataplane";
import { type Dispatcher, util } from "undici";

/**
 * One call of an application's undici: what the chain answers is told to undici's handler, and what undici asks of its
 * controller (pause, resume, abort) is told to the chain.
 */
export class DispatcherCall implements Dispatcher.DispatchController {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #call: Call;
  #response: Response | undefined;
  aborted = false;
  paused = false;
  reason: Error | null = null;
  rawHeaders: Buffer[] | null = null;
  rawTrailers: Buffer[] | null = null;

  constructor(handler: Dispatcher.DispatchHandler, call: Call) {
    this.#handler = handler;
    this.#call = call;
  }

  /** Runs the call; never throws. */
  run(service: (request: Request, call: Call) => Promise<Response>, request: Request): void {
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
    if (this.#response?.body.kind === "stream") this.#response.body.cancel(CANCELLED);
    this.#call.end(resetOutcome(CANCELLED));
    this.#handler.onResponseError?.(this, reason);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    if (this.#response?.body.kind === "stream") this.#response.body.resume();
  }

  #respond(response: Response): void {
    const { head, body } = response;
    if (this.aborted) {
      if (body.kind === "stream") body.cancel(CANCELLED);
      return;
    }
    this.#response = response;
    try {
      const original = head.headers instanceof RawHeaders ? head.headers.original : undefined;
      this.rawHeaders = (original?.bytes as Buffer[] | undefined) ?? toBuffers(head.headers.flat());
      const parsed = original?.parsed ?? util.parseHeaders(this.rawHeaders);
      this.#handler.onResponseStart?.(this, head.status, parsed as Record<string, string | string[]>, "");
      if (body.kind === "stream") {
        body.read({
          chunk: (bytes) => this.#chunk(bytes),
          end: () => this.#end(),
          reset: (reason) => this.#fail(reason),
        });
      } else {
        if (body.kind === "bytes") this.#chunk(body.bytes);
        this.#end();
      }
    } catch (error) {
      // The application's handler threw; undici's own clients abort then, too.
      this.abort(error as Error);
    }
  }

  #chunk(bytes: Uint8Array): boolean {
    if (this.aborted) return true;
    this.#handler.onResponseData?.(this, bytes as Buffer);
    return !this.paused;
  }

  #end(): void {
    if (this.aborted) return;
    this.#call.end(responseOutcome((this.#response as Response).head));
    this.#handler.onResponseEnd?.(this, {});
  }

  #fail(reset: Reset): void {
    if (this.aborted) return;
    this.#call.end(resetOutcome(reset, this.#response?.head.status));
    this.#handler.onResponseError?.(this, resetError(reset));
  }
}

function toBuffers(flat: readonly string[]): Buffer[] {
  return flat.map((text) => Buffer.from(text, "latin1"));
}
