import type { Duplex } from "node:stream";
import type { Frame, FrameCodec } from "@dualmesh/codecs/frame";
import { type Clock, type Code, type Reset, type ResponseFlag, systemClock } from "@dualmesh/core";
import { CallTable } from "./call-table.ts";
import type { ClientConnectionOptions } from "./client-connection-options.ts";
import { type CheckedLimits, connectionLimits } from "./connection-limits.ts";
import { DueTimer } from "./due-timer.ts";
import { FrameReader, listen } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import { announcing } from "./goaway.ts";
import { Heartbeat } from "./heartbeat.ts";
import { type CallObserver, type CallOwner, OwnCall, refused, type SentCall } from "./sent-call.ts";
import { refSocket } from "./socket-ref.ts";

/**
 * Many calls on one connection, each under an id of its own, answered in any order.
 *
 * ```text
 *          goaway, close()            the last call is over
 *  open ─────────────────► leaving ─────────────────────────► closed
 *    ▲───── resume ──────────┘                                   ▲
 *    └────────── the socket closes, what is no frame, silence ───┘   calls in flight fail
 * ```
 */
export class ClientConnection implements CallOwner {
  readonly #socket: Duplex;
  readonly #codec: FrameCodec;
  readonly #clock: Clock;
  readonly #limits: CheckedLimits;
  readonly #options: ClientConnectionOptions;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #heartbeat: Heartbeat | undefined;
  readonly #timer: DueTimer;
  readonly #calls: CallTable<OwnCall | null>;
  /** Ids of heartbeats under way have `null` in the table; this is the last. */
  #heartbeatId: number | undefined;
  #state: "open" | "leaving" | "closed" = "open";
  /** Who said so: a peer may take it back. */
  #isLeavingForGood = false;
  #idleSinceMs: number;
  #endDueMs = Number.POSITIVE_INFINITY;
  #reason: Reset | undefined;
  #announces: boolean;
  /** Answers to nobody: late ones, and those of ids that were never given. They are dropped. */
  strangers = 0;

  /**
   * @param socket Connected, and nobody else's.
   * @throws {RangeError} for an option out of its range.
   */
  constructor(socket: Duplex, options: ClientConnectionOptions) {
    const { codec, clock = systemClock, heartbeat = {} } = options;
    const nowMs = clock.now();
    this.#socket = socket;
    this.#codec = codec;
    this.#clock = clock;
    this.#options = options;
    this.#limits = connectionLimits(options.limits);
    this.#calls = new CallTable(options.firstId);
    this.#idleSinceMs = nowMs;
    this.#announces = codec.name === "bolt";
    this.#heartbeat = heartbeat === false ? undefined : new Heartbeat(heartbeat, nowMs);
    this.#reader = new FrameReader(codec, (frame) => this.#take(frame), this.#limits);
    this.#writer = new FrameWriter(socket, codec);
    this.#timer = new DueTimer(clock, (now) => this.#due(now));
    listen(socket, {
      data: (bytes) => this.#read(bytes),
      ended: () => {
        if (this.#state !== "closed") this.#fail("UC", "UNAVAILABLE", "the peer closed the connection");
      },
      closed: (cause) => this.#closed(cause),
    });
    this.#timer.wake(this.#nextDueMs(), nowMs);
    refSocket(socket, false);
  }

  /** Calls that wait for their answers. */
  get inFlight(): number {
    return this.#calls.size - (this.#heartbeatId === undefined ? 0 : 1);
  }

  /** Whether it takes calls. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Bytes that wait to be written, here and in the socket. */
  get queuedBytes(): number {
    return this.#writer.queuedBytes;
  }

  /**
   * Sends a request or a one-way call, under an id of this connection's. What cannot be sent fails before this returns: as
   * `UNAVAILABLE` on a connection that takes no calls, as `RESOURCE_EXHAUSTED` over `maxQueuedBytes`.
   */
  send(frame: Frame, observer: CallObserver): SentCall {
    if (this.#state !== "open") {
      const why = this.#reason?.message ?? "it is being closed";
      return refused(observer, this.#reset("UF", "UNAVAILABLE", `it takes no calls: ${why}`, false));
    }
    const queued = this.#writer.queuedBytes;
    if (queued > 0 && queued + frame.byteLength > this.#limits.maxQueuedBytes) {
      const what = `${queued + frame.byteLength} bytes wait to be written, over the limit of ${this.#limits.maxQueuedBytes} bytes`;
      return refused(observer, this.#reset("UO", "RESOURCE_EXHAUSTED", what, false));
    }
    const id = this.#calls.nextId();
    const call = new OwnCall(this, id, this.#prepared(frame), observer);
    if (call.isOneWay) this.#idleSinceMs = this.#clock.now();
    else {
      this.#calls.set(id, call);
      if (this.inFlight === 1) refSocket(this.#socket, true);
    }
    this.#writer.push(call as OwnCall & { frame: Frame });
    return call;
  }

  /** Takes no new calls, and closes when the last is over. */
  close(): void {
    this.#isLeavingForGood = true;
    this.#leave();
  }

  /** Ends it now. Calls in flight fail. */
  destroy(): void {
    this.#fail("LR", "CANCELLED", "the connection was closed by its owner");
  }

  /** @internal A call was given up. */
  forget(call: OwnCall): void {
    this.#writer.withdraw(call);
    if (this.#calls.take(call.id) !== undefined) this.#settled();
  }

  #prepared(frame: Frame): Frame {
    if (!this.#announces) return frame;
    this.#announces = false;
    return announcing(frame);
  }

  #read(bytes: Buffer): void {
    if (this.#state === "closed") return;
    const nowMs = this.#clock.now();
    this.#heartbeat?.heard(nowMs);
    this.#reader.feed(bytes, nowMs);
    const { error } = this.#reader;
    if (error !== undefined) this.#fail("UPE", "UNAVAILABLE", error.rawMessage, error);
    else this.#timer.wake(this.#reader.dueMs, nowMs);
  }

  #take(frame: Frame): void {
    switch (frame.kind) {
      case "response":
        this.#respond(frame);
        break;
      case "heartbeat-ack":
        if (frame.id === this.#heartbeatId) this.#endHeartbeat();
        break;
      case "heartbeat":
        this.#answer(() => this.#codec.heartbeatAck(frame));
        break;
      case "request":
        this.#answer(() =>
          this.#codec.refuse(frame, {
            code: "UNIMPLEMENTED",
            message: "this side of the connection takes no calls",
          }),
        );
        break;
      case "oneway":
        break;
      case "goaway":
        this.#leave();
        break;
      case "resume":
        this.#resume();
        break;
      default:
        frame.kind satisfies never;
    }
  }

  #respond(frame: Frame): void {
    const call = frame.idHigh === 0 ? this.#calls.get(frame.id) : undefined;
    // What has not left can have no answer: somebody guesses ids.
    if (call === undefined || call === null || !call.started) {
      this.strangers++;
      return;
    }
    this.#calls.take(frame.id);
    call.observer.responded(frame);
    this.#settled();
  }

  /** Who asks without reading the answers gets none. */
  #answer(make: () => Frame): void {
    if (this.#state === "closed" || this.#writer.heldBytes > this.#limits.maxQueuedBytes) return;
    this.#writer.write(make());
  }

  #leave(): void {
    if (this.#state !== "open") return;
    this.#state = "leaving";
    this.#options.onLeaving?.();
    this.#settled();
  }

  #resume(): void {
    if (this.#state !== "leaving" || this.#isLeavingForGood) return;
    this.#state = "open";
    this.#options.onResumed?.();
  }

  /** A call is over. */
  #settled(): void {
    if (this.inFlight > 0) return;
    const nowMs = this.#clock.now();
    this.#idleSinceMs = nowMs;
    refSocket(this.#socket, false);
    if (this.#state === "leaving") this.#end();
    else if (this.#state === "open") this.#timer.wake(this.#idleDueMs(), nowMs);
  }

  /** Closes behind the last call. */
  #end(): void {
    this.#reason ??= this.#reset("UC", "UNAVAILABLE", "the connection was drained", false);
    this.#state = "closed";
    this.#writer.end();
    // A peer that keeps its half open would keep the connection.
    const nowMs = this.#clock.now();
    this.#endDueMs = nowMs + END_TIMEOUT_MS;
    this.#timer.wake(this.#endDueMs, nowMs);
    this.#socket.once("finish", () => this.#socket.destroy());
  }

  #idleDueMs(): number {
    const { idleTimeoutMs = 0 } = this.#options;
    return idleTimeoutMs > 0 ? this.#idleSinceMs + idleTimeoutMs : Number.POSITIVE_INFINITY;
  }

  #nextDueMs(): number {
    const idleMs = this.inFlight === 0 ? this.#idleDueMs() : Number.POSITIVE_INFINITY;
    return Math.min(this.#reader.dueMs, this.#heartbeat?.dueMs ?? Number.POSITIVE_INFINITY, idleMs);
  }

  #due(nowMs: number): number {
    if (this.#state === "closed") {
      if (nowMs < this.#endDueMs) return this.#endDueMs;
      this.#socket.destroy();
      return Number.POSITIVE_INFINITY;
    }
    if (nowMs >= this.#reader.dueMs) this.#fail("UPE", "UNAVAILABLE", this.#reader.lateness);
    else if (this.inFlight === 0 && nowMs >= this.#idleDueMs()) this.close();
    else this.#beat(nowMs);
    return this.#state === "open" || this.#state === "leaving" ? this.#nextDueMs() : Number.POSITIVE_INFINITY;
  }

  #beat(nowMs: number): void {
    const step = this.#heartbeat?.step(nowMs);
    if (step === "fail") {
      this.#fail("UC", "UNAVAILABLE", `the peer is silent: no answer to ${this.#heartbeat?.silence}`);
    } else if (step === "ask") {
      this.#endHeartbeat();
      const id = this.#calls.nextId();
      this.#heartbeatId = id;
      this.#calls.set(id, null);
      this.#answer(() => this.#codec.heartbeat(id));
    }
  }

  #endHeartbeat(): void {
    if (this.#heartbeatId !== undefined) this.#calls.take(this.#heartbeatId);
    this.#heartbeatId = undefined;
  }

  #fail(flag: ResponseFlag, code: Code, message: string, cause?: unknown): void {
    if (this.#state !== "closed") {
      this.#reason ??= { ...this.#reset(flag, code, message, true), ...(cause !== undefined && { cause }) };
      this.#over();
    }
    this.#socket.destroy();
  }

  #closed(cause: Error | undefined): void {
    this.#timer[Symbol.dispose]();
    const message = cause?.message ?? "the connection was closed";
    this.#reason ??= { ...this.#reset("UC", "UNAVAILABLE", message, true), ...(cause && { cause }) };
    this.#over();
    this.#options.onClosed?.(this.#reason);
  }

  /** Every call in flight gets its end: what has not left was not executed. */
  #over(): void {
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    if (wasOpen) this.#options.onLeaving?.();
    const reason = this.#reason as Reset;
    this.#heartbeatId = undefined;
    for (const call of this.#calls.takeAll()) {
      call?.observer.failed({ ...reason, execution: call.started ? "in-doubt" : "not-executed" });
    }
    this.#writer.discard((entry) => {
      if (entry instanceof OwnCall && entry.isOneWay)
        entry.observer.failed({ ...reason, execution: "not-executed" });
    });
  }

  #reset(flag: ResponseFlag, code: Code, message: string, isInDoubt: boolean): Reset {
    return {
      flag,
      code,
      message: `${this.#codec.name} connection: ${message}`,
      execution: isInDoubt ? "in-doubt" : "not-executed",
    };
  }
}

/** To write its last bytes, and to hear that they came. */
const END_TIMEOUT_MS = 5_000;
