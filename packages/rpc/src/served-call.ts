import type { Frame, FrameCodec, FrameRefusal } from "@dualmesh/codecs/frame";
import {
  type Call,
  type Clock,
  createCall,
  MeshError,
  type Request,
  type Reset,
  type Response,
  resetOutcome,
  type Service,
  type TimerWheel,
  toReset,
  type WheelTimer,
} from "@dualmesh/core";
import type { CallSlots } from "./call-slots.ts";
import { frameRequest } from "./frame-request.ts";
import { frameOutcome, responseFrame } from "./frame-response.ts";

/** What its calls know of a served connection. */
export interface ServedParts {
  readonly codec: FrameCodec;
  readonly service: Service<Request, Response>;
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly slots: CallSlots;
  readonly answer: (frame: Frame) => void;
  readonly onCall: ((call: Call, request: Request) => void) | undefined;
  readonly onAnswer: ((response: Response, call: Call) => void) | undefined;
  /** The service is done with it. */
  readonly onOver: (call: ServedCall) => void;
}

/**
 * One request on its way through a service. The client is answered once: by the service, or at the deadline; the slot is free
 * when the service is done, which may be later.
 */
export class ServedCall {
  /** Where `ServedCalls` has it. */
  place = 0;
  readonly #parts: ServedParts;
  readonly #frame: Frame;
  #call: Call | undefined;
  #deadline: WheelTimer | undefined;
  #isAnswered: boolean;

  constructor(parts: ServedParts, frame: Frame) {
    this.#parts = parts;
    this.#frame = frame;
    this.#isAnswered = frame.kind === "oneway";
  }

  run(nowMs: number): void {
    const { codec, service, clock, wheel, onCall } = this.#parts;
    const frame = this.#frame;
    let promise: Promise<Response>;
    try {
      const { timeoutMs } = frame;
      if (timeoutMs === undefined) this.#call = createCall({ clock, startMs: nowMs });
      else {
        this.#call = createCall({ clock, startMs: nowMs, deadlineMs: nowMs + timeoutMs });
        if (!this.#isAnswered) this.#deadline = wheel.schedule(() => this.#late(timeoutMs), timeoutMs, nowMs);
      }
      const request = frameRequest(frame, codec);
      onCall?.(this.#call, request);
      promise = service(request, this.#call);
    } catch (error) {
      this.#failed(error);
      return;
    }
    promise.then(
      (response) => this.#responded(response),
      (error: unknown) => this.#failed(error),
    );
  }

  /** Nobody waits for it any more. */
  abandon(reason: Reset): void {
    this.#isAnswered = true;
    this.#call?.cancel(reason);
  }

  #responded(response: Response): void {
    this.#deadline?.cancel();
    const { codec, onAnswer } = this.#parts;
    try {
      if (this.#call !== undefined) onAnswer?.(response, this.#call);
      this.#answer(() => responseFrame(response, this.#frame, codec));
    } catch (error) {
      this.#failed(error);
      return;
    }
    this.#call?.end(frameOutcome(response, codec));
    this.#parts.onOver(this);
  }

  #failed(error: unknown): void {
    this.#deadline?.cancel();
    const reset = toReset(error);
    const refusal: FrameRefusal = {
      code: reset.code === "OK" ? "UNKNOWN" : reset.code,
      message: MeshError.is(error) ? reset.message : `the service failed: ${reset.message}`,
    };
    this.#answer(() => this.#parts.codec.refuse(this.#frame, refusal));
    this.#call?.end(resetOutcome(reset));
    this.#parts.onOver(this);
  }

  #late(timeoutMs: number): void {
    const message = `the service gave no answer within ${timeoutMs} ms`;
    this.#answer(() => this.#parts.codec.refuse(this.#frame, { code: "DEADLINE_EXCEEDED", message }));
    this.#call?.cancel({ code: "DEADLINE_EXCEEDED", flag: "DT", message, execution: "in-doubt" });
  }

  #answer(make: () => Frame): void {
    if (this.#isAnswered) return;
    const frame = make();
    this.#isAnswered = true;
    this.#parts.answer(frame);
  }
}
