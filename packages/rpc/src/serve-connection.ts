import type { Duplex } from "node:stream";
import type { Frame, FrameCodec } from "@dualmesh/codecs/frame";
import {
  type Call,
  type Clock,
  createTimerWheel,
  type Request,
  type Reset,
  type Response,
  type Service,
  systemClock,
  type TimerWheel,
} from "@dualmesh/core";
import { type CallSlots, createCallSlots } from "./call-slots.ts";
import { type CheckedLimits, type ConnectionLimits, connectionLimits } from "./connection-limits.ts";
import { DueTimer } from "./due-timer.ts";
import { FrameReader, listen } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import { GOAWAY_HEADER, type GoawayPolicy } from "./goaway.ts";
import { ServedCall, type ServedParts } from "./served-call.ts";
import { ServedCalls } from "./served-calls.ts";

export interface ServeConnectionOptions {
  readonly codec: FrameCodec;
  /** Answers requests: those of `frameRequest`, by frames or local replies. */
  readonly service: Service<Request, Response>;
  readonly clock?: Clock;
  readonly limits?: ConnectionLimits;
  /** Shared by all connections of a server. Default: 1,000 of its own. */
  readonly slots?: CallSlots;
  /** Shared by all connections of a server. Default: one of its own. */
  readonly wheel?: TimerWheel;
  /** Without a byte and without a call for this long it is closed. Milliseconds, over 0. Default 180,000 (3 min): three heartbeats of Dubbo. */
  readonly idleTimeoutMs?: number;
  /** Default: `known` for Bolt, `always` for others. */
  readonly goaway?: GoawayPolicy;
  /** Told of each call before the service is, for what only the way in knows. */
  readonly onCall?: (call: Call, request: Request) => void;
  /** Told of each response before it is written; may change its head. */
  readonly onAnswer?: (response: Response, call: Call) => void;
  /** What was read of it already. */
  readonly firstBytes?: Buffer;
  /** It is gone. */
  readonly onClosed?: () => void;
}

/** A client's connection. */
export interface ServedConnection {
  /** Calls that the service works on. */
  readonly activeCalls: number;
  /**
   * Tells the client, where it knows the word, and ends the connection once nothing is under way and nothing has come for
   * 100 ms; calls that come until then are served.
   */
  close(): void;
  /** Ends it now: calls under way are cancelled. */
  destroy(): void;
}

/** A peer that drains needs a moment to hear of it; what it sent before must not meet a closed door. */
const QUIET_MS = 100;
/** To write the last bytes. */
const END_TIMEOUT_MS = 5_000;

/** Serves the calls of one connection, in any order. @throws {RangeError} for an option out of its range. */
export function serveConnection(socket: Duplex, options: ServeConnectionOptions): ServedConnection {
  return new Served(socket, options);
}

class Served implements ServedConnection {
  readonly #socket: Duplex;
  readonly #codec: FrameCodec;
  readonly #clock: Clock;
  readonly #limits: CheckedLimits;
  readonly #slots: CallSlots;
  readonly #parts: ServedParts;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #timer: DueTimer;
  readonly #calls = new ServedCalls();
  readonly #idleTimeoutMs: number;
  readonly #goaway: GoawayPolicy;
  readonly #onClosed: (() => void) | undefined;
  #state: "open" | "draining" | "ended" = "open";
  #nowMs: number;
  #heardMs: number;
  #endDueMs = Number.POSITIVE_INFINITY;
  #hasServed = false;
  /** Whether the client knows a GoAway. */
  #knowsGoaway = false;
  #isPaused = false;
  /** When the socket last took what it was given. */
  #flushedMs: number;

  constructor(socket: Duplex, options: ServeConnectionOptions) {
    const { codec, service, clock = systemClock, idleTimeoutMs = 180_000 } = options;
    if (!(idleTimeoutMs > 0))
      throw new RangeError(`rpc server: idleTimeoutMs must be over 0 ms, got ${idleTimeoutMs}`);
    this.#socket = socket;
    this.#codec = codec;
    this.#clock = clock;
    this.#limits = connectionLimits(options.limits);
    this.#slots = options.slots ?? createCallSlots(1_000);
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#goaway = options.goaway ?? (codec.name === "bolt" ? "known" : "always");
    this.#onClosed = options.onClosed;
    this.#nowMs = clock.now();
    this.#heardMs = this.#nowMs;
    this.#flushedMs = this.#nowMs;
    this.#parts = {
      codec,
      service,
      clock,
      slots: this.#slots,
      wheel: options.wheel ?? createTimerWheel({ clock }),
      answer: (frame) => this.#writer.write(frame),
      onCall: options.onCall,
      onAnswer: options.onAnswer,
      onOver: (call) => this.#over(call),
    };
    this.#reader = new FrameReader(codec, (frame) => this.#take(frame), this.#limits);
    this.#writer = new FrameWriter(socket, codec, () => this.#flushed());
    this.#timer = new DueTimer(clock, (nowMs) => this.#due(nowMs));
    listen(socket, {
      data: (bytes) => this.#read(bytes),
      // What is under way can still be answered to whoever only closed its half.
      ended: () => this.#end(),
      closed: () => this.#closed(),
    });
    this.#timer.wake(this.#nextDueMs(), this.#nowMs);
    if (options.firstBytes !== undefined) this.#read(options.firstBytes);
  }

  get activeCalls(): number {
    return this.#calls.size;
  }

  close(): void {
    if (this.#state !== "open") return;
    this.#state = "draining";
    const isTold = this.#goaway === "always" || (this.#goaway === "known" && this.#knowsGoaway);
    const goaway = isTold ? this.#codec.goaway(0) : undefined;
    if (goaway !== undefined) this.#writer.write(goaway);
    // Since now it must be quiet.
    this.#heardMs = this.#clock.now();
    this.#timer.wake(this.#nextDueMs(), this.#heardMs);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    if (this.#state === "ended") return;
    this.#nowMs = this.#clock.now();
    this.#heardMs = this.#nowMs;
    this.#reader.feed(bytes, this.#nowMs);
    // Whatever follows is no frame: what was asked before is not answered either, as by all peers.
    if (this.#reader.error !== undefined) this.#socket.destroy(this.#reader.error);
    else {
      // A socket that is blocked already is not written to, and would not say so again.
      this.#holdBack();
      this.#timer.wake(this.#nextDueMs(), this.#nowMs);
    }
  }

  #take(frame: Frame): void {
    switch (frame.kind) {
      case "request":
      case "oneway":
        this.#serve(frame);
        break;
      case "heartbeat":
        this.#writer.write(this.#codec.heartbeatAck(frame));
        break;
      case "goaway":
        // Whoever asks nothing more leaves by itself; that it knows the word is worth knowing.
        this.#knowsGoaway = true;
        break;
      case "response":
      case "heartbeat-ack":
      case "resume":
        break;
      default:
        frame.kind satisfies never;
    }
  }

  #serve(frame: Frame): void {
    if (!this.#hasServed) {
      this.#hasServed = true;
      if (this.#goaway === "known" && hasHeader(frame, GOAWAY_HEADER)) this.#knowsGoaway = true;
    }
    if (!this.#slots.tryEnter()) {
      if (frame.kind === "oneway") return;
      const message = `${this.#slots.taken} calls are under way, the limit is ${this.#slots.max}`;
      this.#writer.write(this.#codec.refuse(frame, { code: "RESOURCE_EXHAUSTED", message }));
      return;
    }
    const call = new ServedCall(this.#parts, frame);
    this.#calls.add(call);
    call.run(this.#nowMs);
  }

  #over(call: ServedCall): void {
    this.#slots.leave();
    this.#calls.delete(call);
    if (this.#calls.size > 0) return;
    if (this.#state === "ended") this.#finish();
    else if (this.#state === "draining") this.#timer.wake(this.#nextDueMs(), this.#clock.now());
  }

  #flushed(): void {
    this.#flushedMs = this.#clock.now();
    this.#holdBack();
  }

  /** Who does not read its answers is not read, either; and not kept for long: what was asked before may be answered at length. */
  #holdBack(): void {
    const isSlow = this.#writer.isBlocked && this.#writer.heldBytes > this.#limits.maxQueuedBytes;
    if (isSlow === this.#isPaused) return;
    this.#isPaused = isSlow;
    if (isSlow) {
      this.#socket.pause();
      this.#timer.wake(this.#nextDueMs(), this.#clock.now());
    } else {
      this.#heardMs = this.#clock.now();
      this.#socket.resume();
    }
  }

  #nextDueMs(): number {
    if (this.#state === "ended") return this.#endDueMs;
    const waitMs = this.#state === "draining" ? QUIET_MS : this.#idleTimeoutMs;
    const quietMs = this.#calls.size === 0 ? this.#heardMs + waitMs : Number.POSITIVE_INFINITY;
    return Math.min(quietMs, this.#lateMs());
  }

  /** What is not read for our own sake is not late; who takes nothing is. */
  #lateMs(): number {
    return this.#isPaused ? this.#flushedMs + this.#limits.frameTimeoutMs : this.#reader.dueMs;
  }

  #due(nowMs: number): number {
    const dueMs = this.#nextDueMs();
    if (nowMs < dueMs) return dueMs === Number.POSITIVE_INFINITY ? nowMs + this.#idleTimeoutMs : dueMs;
    if (this.#state === "draining" && nowMs < this.#lateMs()) {
      this.#end();
      return this.#endDueMs;
    }
    this.#socket.destroy();
    return Number.POSITIVE_INFINITY;
  }

  /** Nothing more is read. */
  #end(): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    if (this.#calls.size === 0) this.#finish();
  }

  /** Behind the last answer. */
  #finish(): void {
    const nowMs = this.#clock.now();
    this.#endDueMs = nowMs + END_TIMEOUT_MS;
    this.#timer.wake(this.#endDueMs, nowMs);
    this.#writer.end();
    this.#socket.once("finish", () => this.#socket.destroy());
  }

  #closed(): void {
    this.#state = "ended";
    this.#timer[Symbol.dispose]();
    this.#writer.discard(NOTHING);
    for (const call of this.#calls.all()) call.abandon(GONE);
    this.#onClosed?.();
  }
}

const NOTHING = (): void => {};

const GONE: Reset = Object.freeze({
  code: "CANCELLED",
  flag: "DC",
  message: "the client closed its connection",
  execution: "in-doubt",
});

/** Of a frame whose headers may be none. */
function hasHeader(frame: Frame, name: string): boolean {
  try {
    return frame.header(name) !== undefined;
  } catch {
    // The call itself will be refused for it.
    return false;
  }
}
