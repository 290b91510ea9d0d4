import { grpcStatus } from "@dualmesh/codecs/grpc";
import {
  type Body,
  CANCELLED,
  type Call,
  CODES,
  type Code,
  createCall,
  createHeaders,
  discardBody,
  grpcOutcome,
  type Headers,
  type Outcome,
  type Request,
  type Reset,
  type Response,
  resetOutcome,
  toReset,
  type WheelTimer,
} from "@dualmesh/core";
import { EXECUTION_HEADER, grpcReply, KEEPALIVE, stateExecution } from "@dualmesh/dataplane";
import { type ReplayableBody, replayableBody } from "@dualmesh/retry";
import { IDEMPOTENT } from "../mode/idempotent.ts";
import { ApplicationListener } from "./application-listener.ts";
import { authorize } from "./authorize.ts";
import type { CallContext, ChannelCallOptions } from "./call-context.ts";
import type {
  GrpcCall,
  GrpcCallCredentials,
  GrpcListener,
  GrpcMessageContext,
  GrpcMetadata,
} from "./channel-contract.ts";
import { IncomingMessages, type IncomingObserver } from "./incoming-messages.ts";
import { OutgoingMessages } from "./outgoing-messages.ts";
import { requestFields } from "./request-fields.ts";
import { withoutPage } from "./without-page.ts";

/**
 * One call of an application's grpc-js client, put through the chain.
 *
 * ```text
 *            halfClose with one message, or a turn later           last message taken
 *  started ─────────────────────────────────────────────► sent ───────────────────────► over
 *     └─── cancelled, late, a message over its limit ──────┴────────────────────────────► over
 * ```
 */
export class ChannelCall implements GrpcCall, IncomingObserver {
  readonly #context: CallContext;
  readonly #options: ChannelCallOptions;
  readonly #call: Call;
  readonly #outgoing: OutgoingMessages;
  readonly #incoming: IncomingMessages;
  #metadata: GrpcMetadata | undefined;
  #listener: ApplicationListener | undefined;
  #credentials: GrpcCallCredentials | undefined;
  #deadline: WheelTimer | undefined;
  #replay: ReplayableBody | undefined;
  #waitsForReady = false;
  #wasRefused = false;
  #waiting: Disposable | undefined;
  #response: Response | undefined;
  #state: "started" | "sent" | "over" = "started";

  constructor(context: CallContext, options: ChannelCallOptions) {
    const { settings, clock } = context;
    this.#context = context;
    this.#options = options;
    this.#call = createCall({ clock, deadlineMs: options.deadlineMs });
    if (settings.keepAlive !== undefined) this.#call.set(KEEPALIVE, settings.keepAlive);
    this.#outgoing = new OutgoingMessages(settings.encoding);
    this.#incoming = new IncomingMessages(this, settings.maxReceiveBytes);
  }

  start(metadata: GrpcMetadata, listener: GrpcListener): void {
    this.#metadata = metadata;
    this.#listener = new ApplicationListener(listener, metadata);
    const { deadlineMs } = this.#options;
    if (deadlineMs !== Number.POSITIVE_INFINITY) {
      const { startMs } = this.#call;
      const late = (): void => this.#late();
      if (deadlineMs <= startMs) process.nextTick(late);
      else this.#deadline = this.#context.wheel.schedule(late, deadlineMs - startMs, startMs);
    }
    // A unary call is whole by then, and needs no stream.
    process.nextTick(sendSoon, this);
  }

  sendMessageWithContext(context: GrpcMessageContext, message: Buffer): void {
    const { maxSendBytes } = this.#context.settings;
    if (message.length > maxSendBytes) {
      const limit = `the limit of ${maxSendBytes} bytes (grpc.max_send_message_length)`;
      this.#giveUp("RESOURCE_EXHAUSTED", `grpc message: length ${message.length} bytes is over ${limit}`);
      return;
    }
    this.#outgoing.push(message, context);
  }

  halfClose(): void {
    this.#outgoing.end();
    if (this.#outgoing.isWhole) this.send();
  }

  startRead(): void {
    this.#incoming.want();
  }

  cancelWithStatus(status: number, details: string): void {
    this.#giveUp(CODES[status] ?? "UNKNOWN", details);
  }

  setCredentials(credentials: GrpcCallCredentials): void {
    // Those of a call come before those of its channel.
    this.#credentials =
      this.#credentials === undefined ? credentials : credentials.compose(this.#credentials as never);
  }

  getPeer(): string {
    return this.#options.authority;
  }

  getCallNumber(): number {
    return this.#options.number;
  }

  getAuthContext(): null {
    return null;
  }

  /** Sends it, once. */
  send(): void {
    if (this.#state !== "started" || this.#metadata === undefined) return;
    this.#state = "sent";
    const credentials = this.#credentials;
    if (credentials === undefined) this.#open(this.#metadata);
    else this.#authorize(credentials, this.#metadata);
  }

  #authorize(credentials: GrpcCallCredentials, metadata: GrpcMetadata): void {
    const { method, authority } = this.#options;
    authorize(credentials, metadata, method, authority).then(
      (authorized) => this.#open(authorized),
      (error: unknown) => {
        const { code, message } = toReset(error);
        this.#giveUp(code, message);
      },
    );
  }

  #open(metadata: GrpcMetadata): void {
    if (this.#state === "over") return;
    const { waitForReady, idempotentRequest } = metadata.getOptions();
    if (idempotentRequest === true) this.#call.set(IDEMPOTENT, true);
    this.#waitsForReady = waitForReady === true;
    this.#replay = replayableBody(this.#outgoing.take());
    this.#try(metadata, this.#replay.next());
  }

  #try(metadata: GrpcMetadata, body: Body): void {
    const { service, scheme, settings, clock } = this.#context;
    const { method, authority } = this.#options;
    const request: Request = {
      head: {
        protocol: "h2",
        exchange: body.kind === "stream" ? "stream" : "unary",
        method: "POST",
        scheme,
        authority,
        path: method,
        headers: requestFields(metadata, settings, this.#options.deadlineMs - clock.now()),
      },
      body,
    };
    service(request, this.#call).then(
      (response) => this.#responded(response, metadata),
      (error: unknown) => {
        const reset = toReset(error);
        this.failed(reset.code, reset.message, reset);
      },
    );
  }

  #responded(given: Response, metadata: GrpcMetadata): void {
    if (this.#state === "over") {
      discardBody(given.body);
      return;
    }
    const { local } = given.head;
    const isUnreached = local?.code === "UNAVAILABLE" && local.execution === "not-executed";
    this.#context.reached(!isUnreached);
    const replay = this.#replay;
    if (isUnreached && replay !== undefined && !replay.committed) {
      // A server that goes refuses calls which it has not looked at, without a word to the application (gRFC A6, "Transparent
      // Retries"): they are made once more.
      if (!this.#wasRefused && local.details === REFUSED_DETAILS) {
        this.#wasRefused = true;
        replay.rewind();
        this.#try(metadata, replay.next());
        return;
      }
      if (this.#waitsForReady) {
        replay.rewind();
        this.#waiting = this.#context.whenReady({
          ready: () => {
            this.#waiting = undefined;
            this.#try(metadata, replay.next());
          },
          closed: () => this.#giveUp("UNAVAILABLE", "Channel closed before call started"),
        });
        return;
      }
    }
    replay?.commit();
    stateExecution(given.head);
    this.#response = withoutPage(grpcReply(given));
    const { head, body } = this.#response;
    if (body.kind === "none") {
      this.#finish(grpcStatus(head.status, head.headers, undefined), head.headers);
      return;
    }
    this.#listener?.head(head.headers);
    if (!this.#isOver()) this.#incoming.read(body, head.headers.get("grpc-encoding"));
  }

  message(bytes: Buffer): void {
    this.#listener?.message(bytes);
  }

  end(trailers: Headers | undefined): void {
    const { status, headers } = (this.#response as Response).head;
    this.#finish(grpcStatus(status, headers, trailers), trailers);
  }

  failed(code: Code, message: string, reset: Reset | undefined): void {
    if (this.#state === "over") return;
    if (this.#isDue(code)) {
      this.#late();
      return;
    }
    const reason = reset ?? { ...CANCELLED, code, message };
    this.#close(resetOutcome(reason, this.#response?.head.status), reason);
    const trailers = createHeaders([EXECUTION_HEADER, reason.execution]);
    this.#listener?.status(code, message, trailers);
  }

  #finish(status: { readonly code: Code; readonly message: string }, trailers: Headers | undefined): void {
    if (this.#state === "over") return;
    if (this.#isDue(status.code)) {
      this.#late();
      return;
    }
    const { head } = this.#response as Response;
    this.#close({ ...grpcOutcome(head, trailers), code: status.code }, undefined);
    this.#listener?.status(status.code, status.message, trailers);
  }

  /** Ends it from this side. */
  #giveUp(code: Code, details: string): void {
    if (this.#state === "over") return;
    const reset: Reset = { ...CANCELLED, code, message: details };
    this.#close(resetOutcome(reset, this.#response?.head.status), reset);
    // Not before the application has what it called for.
    process.nextTick(() => this.#listener?.status(code, details, undefined));
  }

  /** A server that gives up at the deadline may be a moment earlier than this side, and says it in other words. */
  #isDue(code: Code): boolean {
    if (code !== "CANCELLED" && code !== "UNAVAILABLE") return false;
    return this.#context.clock.now() >= this.#options.deadlineMs;
  }

  #late(): void {
    const seconds = ((this.#context.clock.now() - this.#call.startMs) / 1_000).toFixed(3);
    const where =
      this.#waiting !== undefined
        ? ", waiting for readiness"
        : this.#response === undefined
          ? ", waiting for an answer"
          : "";
    this.#giveUp("DEADLINE_EXCEEDED", `Deadline exceeded after ${seconds}s${where}`);
  }

  /** @param reason Why it was cut off; `undefined` where it has come to its end. */
  #close(outcome: Outcome, reason: Reset | undefined): void {
    this.#state = "over";
    this.#deadline?.cancel();
    this.#waiting?.[Symbol.dispose]();
    this.#outgoing.stop();
    if (reason !== undefined) {
      this.#call.cancel(reason);
      this.#incoming.stop(reason);
    }
    this.#call.end(outcome);
  }

  /** A question and no comparison: handlers that are called in between change the state. */
  #isOver(): boolean {
    return this.#state === "over";
  }
}

/** What is said of a stream that its server did not begin with. */
const REFUSED_DETAILS = "upstream_reset_before_response_started{remote_refused_stream_reset}";

function sendSoon(call: ChannelCall): void {
  call.send();
}
