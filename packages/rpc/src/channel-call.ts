import type { Frame, FrameCodec } from "@dualmesh/codecs/frame";
import {
  type Call,
  MeshError,
  type Request,
  type Reset,
  type Response,
  resetError,
  resetReply,
  type TimerWheel,
  toReset,
  type WheelTimer,
  WRITTEN,
} from "@dualmesh/core";
import type { ClientConnection } from "./client-connection.ts";
import { requestFrame } from "./frame-request.ts";
import { frameResponse } from "./frame-response.ts";
import type { CallObserver, SentCall } from "./sent-call.ts";

/** What its calls know of a channel. */
export interface ChannelParts {
  readonly codec: FrameCodec;
  readonly wheel: TimerWheel;
  /** For sentences. */
  readonly peer: string;
  readonly onGivenUp: (call: ChannelCall) => void;
}

/** A call, and the promise of its response. */
export interface AskedCall {
  readonly request: Request;
  readonly call: Call;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: unknown) => void;
}

/** The largest timeout that protocols of 32 bits can say. */
const MAX_TIMEOUT_MS = 0x7fffffff;

/** One call of a channel: it waits for a connection, is sent, and ends once: answered, failed, late or cancelled. */
export class ChannelCall implements CallObserver {
  readonly #parts: ChannelParts;
  readonly #asked: AskedCall;
  #frame: Frame | undefined;
  #sent: SentCall | undefined;
  #deadline: WheelTimer | undefined;
  #cancelHook: Disposable | undefined;
  #isOver = false;

  constructor(parts: ChannelParts, asked: AskedCall) {
    this.#parts = parts;
    this.#asked = asked;
  }

  /** `false`: it is over already. */
  begin(): boolean {
    const { request, call } = this.#asked;
    try {
      this.#frame = requestFrame(request);
    } catch (error) {
      this.fail(toReset(error));
      return false;
    }
    if (call.cancelled !== undefined) {
      this.#cancel(call.cancelled);
      return false;
    }
    if (call.deadlineMs !== Number.POSITIVE_INFINITY) {
      const nowMs = call.clock.now();
      const leftMs = call.deadlineMs - nowMs;
      if (leftMs <= 0) {
        this.#late();
        return false;
      }
      this.#deadline = this.#parts.wheel.schedule(() => this.#late(), leftMs, nowMs);
    }
    this.#cancelHook = call.onCancel((reason) => this.#cancel(reason));
    return true;
  }

  send(connection: ClientConnection): void {
    if (this.#isOver) return;
    try {
      this.#sent = connection.send(this.#timed(this.#frame as Frame), this);
    } catch (error) {
      // Headers that a filter made too long for their protocol.
      if (!MeshError.is(error)) throw error;
      this.fail(toReset(error));
    }
  }

  responded(frame: Frame): void {
    if (this.#end()) this.#asked.resolve(frameResponse(frame, this.#parts.codec));
  }

  written(): void {
    if (this.#end()) this.#asked.resolve(WRITTEN);
  }

  failed(reset: Reset): void {
    this.fail(reset);
  }

  fail(reset: Reset): void {
    if (this.#end()) this.#asked.resolve(resetReply(reset));
  }

  /** With what is left of the deadline, unless the frame says less itself. */
  #timed(frame: Frame): Frame {
    const { call } = this.#asked;
    if (call.deadlineMs === Number.POSITIVE_INFINITY || frame.kind === "oneway") return frame;
    const leftMs = Math.min(Math.max(Math.ceil(call.deadlineMs - call.clock.now()), 1), MAX_TIMEOUT_MS);
    const saidMs = frame.timeoutMs;
    return saidMs !== undefined && saidMs <= leftMs ? frame : frame.withTimeout(leftMs);
  }

  #late(): void {
    const { call } = this.#asked;
    const afterMs = Math.round(call.deadlineMs - call.startMs);
    const execution = this.#giveUp() ? "in-doubt" : "not-executed";
    const message = `${this.#parts.peer}: no answer within ${afterMs} ms`;
    this.fail({ code: "DEADLINE_EXCEEDED", flag: "UT", message, execution });
  }

  #cancel(reason: Reset): void {
    const execution = this.#giveUp() ? "in-doubt" : "not-executed";
    if (this.#end()) this.#asked.reject(resetError({ ...reason, execution }));
  }

  /** Whether any of it may have left. */
  #giveUp(): boolean {
    this.#parts.onGivenUp(this);
    this.#sent?.cancel();
    return this.#sent?.started === true;
  }

  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#deadline?.cancel();
    this.#cancelHook?.[Symbol.dispose]();
    return true;
  }
}
