import type { Clock, Random } from "@dualmesh/core";
import { decode } from "@dualmesh/envoy-api/wire";
import type { XdsNode } from "../xds-node.ts";
import { AdsStream, type DiscoveryResponse, type Verdict } from "./ads-stream.ts";
import { type Backoff, createBackoff } from "./backoff.ts";
import type { ConnectionStatus } from "./client-status.ts";
import { createReadingPace, type ReadingPace } from "./reading-pace.ts";
import type { TypeCache } from "./type-cache.ts";
import type { OpenXdsStream, XdsStream, XdsStreamStatus } from "./xds-stream.ts";
import { formatTarget, sameTarget, type XdsTarget } from "./xds-target.ts";

export interface AdsConnectionOptions {
  readonly node: XdsNode;
  readonly target: XdsTarget | (() => XdsTarget);
  readonly open: OpenXdsStream;
  readonly clock: Clock;
  readonly random: Random;
  readonly maxMessageBytes: number;
  readonly events: AdsConnectionEvents;
}

export interface AdsConnectionEvents {
  /** Requests may be sent. */
  onOpen(connection: AdsConnection): void;
  /** A response came, of a type that was asked for. */
  onResponse(response: DiscoveryResponse, connection: AdsConnection): Verdict;
  /** A refusal was noted. It is sent at once, since the answer to a further response would take its place. */
  onRefused(response: DiscoveryResponse, connection: AdsConnection): void;
  /** The stream is over; another one is opened later. `failed` unless it had brought a response. */
  onEnd(sentence: string, failed: boolean, connection: AdsConnection): void;
  /** A reply that had to wait is due. */
  onDue(connection: AdsConnection): void;
}

/**
 * One server, kept connected: a stream at a time, back-off between them, and what outlives a stream (the versions).
 *
 * ```text
 * idle ─start─► connecting ─► open ─► (end) ─► waiting ─► connecting …
 *                   └──────────────────────────► ▲
 * ```
 */
export class AdsConnection {
  readonly #options: AdsConnectionOptions;
  readonly #backoff: Backoff;
  readonly #versions = new Map<string, string>();
  #target: XdsTarget | undefined;
  #state: ConnectionStatus["state"] = "idle";
  #closed = false;
  #stream: XdsStream | undefined;
  #ads: AdsStream | undefined;
  #pace: ReadingPace = createReadingPace();
  #answered = false;
  #lastEnd: string | undefined;
  #attemptAtMs = 0;
  /** For the next attempt or, while open, for giving up the attempt to connect. */
  #timer: Disposable | undefined;
  #resume: Disposable | undefined;
  #due: Disposable | undefined;

  constructor(options: AdsConnectionOptions) {
    this.#options = options;
    this.#backoff = createBackoff({ random: options.random });
  }

  get open(): boolean {
    return this.#state === "open";
  }

  /** Whether the present stream has brought a response. */
  get answered(): boolean {
    return this.#answered;
  }

  /** Whether it goes where this option says. Functions are compared as such: what they will give is not known. */
  goesTo(target: XdsTarget | (() => XdsTarget)): boolean {
    const own = this.#options.target;
    if (typeof own === "function" || typeof target === "function") return own === target;
    return sameTarget(own, target);
  }

  version(typeUrl: string): string {
    return this.#versions.get(typeUrl) ?? "";
  }

  start(): void {
    if (this.#state === "idle" && !this.#closed) this.#connect();
  }

  /** Sends what is due for a type. Without effect unless the connection is open. */
  update(cache: TypeCache): void {
    if (this.#state !== "open") return;
    const { clock, events } = this.#options;
    const nowMs = clock.now();
    const dueMs = (this.#ads as AdsStream).update(cache.type.typeUrl, cache.wanted, nowMs);
    if (dueMs === undefined || this.#due !== undefined) return;
    this.#due = clock.setTimer(() => {
      this.#due = undefined;
      events.onDue(this);
    }, dueMs - nowMs);
  }

  close(): void {
    this.#closed = true;
    this.#drop();
    this.#state = "idle";
  }

  status(): ConnectionStatus {
    const target = this.#target;
    const waits = this.#state === "waiting";
    return {
      target: target === undefined ? "(not asked yet)" : formatTarget(target),
      state: this.#state,
      answered: this.#answered,
      ...(waits ? { nextAttemptInMs: Math.max(this.#attemptAtMs - this.#options.clock.now(), 0) } : {}),
      ...(this.#lastEnd === undefined ? {} : { lastEnd: this.#lastEnd }),
    };
  }

  #connect(): void {
    this.#state = "connecting";
    this.#answered = false;
    this.#pace = createReadingPace();
    try {
      this.#openStream();
    } catch (error) {
      this.#ended({ code: "UNAVAILABLE", message: error instanceof Error ? error.message : String(error) });
      return;
    }
    this.#timer = this.#options.clock.setTimer(() => {
      this.#ended({ code: "UNAVAILABLE", message: `no connection within ${CONNECT_TIMEOUT_MS / 1_000} s` });
    }, CONNECT_TIMEOUT_MS);
  }

  #openStream(): void {
    const { node, open, target: option } = this.#options;
    const target = typeof option === "function" ? option() : option;
    // A version is that of the server which gave it: another one may use the same word for something else.
    if (this.#target !== undefined && !sameTarget(this.#target, target)) this.#versions.clear();
    this.#target = target;
    // What a stream says after it was given up is not heard.
    const mine =
      <A extends unknown[]>(handler: (...args: A) => void) =>
      (...args: A): void => {
        if (this.#stream === stream) handler(...args);
      };
    const stream = open(target, {
      onOpen: mine(() => this.#opened()),
      onMessage: mine((bytes: Uint8Array) => this.#message(bytes)),
      onEnd: mine((status: XdsStreamStatus) => this.#ended(status)),
    });
    this.#stream = stream;
    this.#ads = new AdsStream({ node, versions: this.#versions, send: (bytes) => stream.send(bytes) });
  }

  #opened(): void {
    if (this.#state !== "connecting") return;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#state = "open";
    this.#options.events.onOpen(this);
  }

  #message(bytes: Uint8Array): void {
    const { clock, events, maxMessageBytes } = this.#options;
    const ads = this.#ads as AdsStream;
    let response: DiscoveryResponse;
    try {
      response = decode("envoy.service.discovery.v3.DiscoveryResponse", bytes, { maxBytes: maxMessageBytes });
    } catch (error) {
      // There is no nonce that a NACK could name, so the stream is of no more use.
      this.#ended({ code: "INTERNAL", message: `sent what is no response: ${(error as Error).message}` });
      return;
    }
    const nowMs = clock.now();
    if (ads.asked(response.type_url)) {
      this.#answered = true;
      this.#backoff.reset();
      const verdict = events.onResponse(response, this);
      ads.answer(response, verdict, nowMs);
      if (verdict.problem !== undefined) events.onRefused(response, this);
    }
    const pauseMs = this.#pace.read(nowMs);
    if (pauseMs > 0 && this.#resume === undefined && this.#stream !== undefined) this.#pauseFor(pauseMs);
  }

  #pauseFor(ms: number): void {
    const stream = this.#stream as XdsStream;
    stream.pause();
    this.#resume = this.#options.clock.setTimer(() => {
      this.#resume = undefined;
      stream.resume();
    }, ms);
  }

  #ended(status: XdsStreamStatus): void {
    const answered = this.#answered;
    this.#drop();
    const waitMs = this.#backoff.next();
    const { clock, events } = this.#options;
    this.#state = "waiting";
    this.#attemptAtMs = clock.now() + waitMs;
    const target = this.#target === undefined ? "its address" : formatTarget(this.#target);
    const why = status.message === "" ? status.code : `${status.code}: ${status.message}`;
    this.#lastEnd = why;
    this.#timer = clock.setTimer(() => this.#connect(), waitMs);
    events.onEnd(`${target}: ${why}`, !answered, this);
  }

  #drop(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    this.#ads = undefined;
    this.#answered = false;
    for (const timer of [this.#timer, this.#resume, this.#due]) timer?.[Symbol.dispose]();
    this.#timer = this.#resume = this.#due = undefined;
    stream?.end();
  }
}

/** For TCP and TLS together; a host that is gone answers nothing at all. */
const CONNECT_TIMEOUT_MS = 20_000;
