import type {
  GrpcCall,
  GrpcCallCredentials,
  GrpcListener,
  GrpcMessageContext,
  GrpcMetadata,
} from "./channel-contract.ts";

const CANCELLED = 1;
const DEADLINE_EXCEEDED = 4;
const UNAVAILABLE = 14;

/** A timer of Node waits no longer. */
export const LONGEST_MS: number = 2 ** 31 - 1;

/**
 * A call that was made before it was known which channel it is for. What is asked of it meanwhile is done when that is
 * known; of a stream that is one message, since whoever writes the next one waits for this one.
 */
export class DeferredCall implements GrpcCall {
  readonly #deadlineMs: number;
  readonly #target: string;
  #steps: ((call: GrpcCall) => void)[] = [];
  #call: GrpcCall | undefined;
  #metadata: GrpcMetadata | undefined;
  #listener: GrpcListener | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  /**
   * @param choose Settles with the call that this one stands for.
   * @param deadlineMs Wall milliseconds; `Infinity`: never.
   */
  constructor(choose: Promise<() => GrpcCall>, target: string, deadlineMs: number) {
    this.#target = target;
    this.#deadlineMs = deadlineMs;
    choose.then(
      (create) => this.#chosen(create),
      (error: Error) => this.#fail(UNAVAILABLE, error.message),
    );
  }

  start(metadata: GrpcMetadata, listener: GrpcListener): void {
    this.#metadata = metadata;
    this.#listener = listener;
    const leftMs = this.#deadlineMs - Date.now();
    if (leftMs < LONGEST_MS) {
      const late = (): void => this.#fail(DEADLINE_EXCEEDED, "Deadline exceeded, waiting for the mesh");
      this.#timer = setTimeout(late, Math.max(leftMs, 0));
    }
    this.#do((call) => call.start(metadata, listener));
  }

  sendMessageWithContext(context: GrpcMessageContext, message: Buffer): void {
    this.#do((call) => call.sendMessageWithContext(context, message));
  }

  startRead(): void {
    this.#do((call) => call.startRead());
  }

  halfClose(): void {
    this.#do((call) => call.halfClose());
  }

  cancelWithStatus(status: number, details: string): void {
    if (this.#call !== undefined) this.#call.cancelWithStatus(status, details);
    else process.nextTick(() => this.#fail(status || CANCELLED, details));
  }

  setCredentials(credentials: GrpcCallCredentials): void {
    this.#do((call) => call.setCredentials(credentials));
  }

  getPeer(): string {
    return this.#call?.getPeer() ?? this.#target;
  }

  getCallNumber(): number {
    return this.#call?.getCallNumber() ?? 0;
  }

  getAuthContext(): null {
    return this.#call?.getAuthContext() ?? null;
  }

  #do(step: (call: GrpcCall) => void): void {
    if (this.#call !== undefined) step(this.#call);
    else if (!this.#isOver) this.#steps.push(step);
  }

  #chosen(create: () => GrpcCall): void {
    if (this.#isOver) return;
    clearTimeout(this.#timer);
    try {
      this.#call = create();
    } catch (error) {
      // The channel was closed meanwhile.
      this.#fail(UNAVAILABLE, (error as Error).message);
      return;
    }
    for (const step of this.#steps.splice(0)) step(this.#call);
  }

  #fail(code: number, details: string): void {
    if (this.#isOver || this.#call !== undefined) return;
    this.#isOver = true;
    this.#steps = [];
    clearTimeout(this.#timer);
    if (this.#metadata === undefined) return;
    const Metadata = this.#metadata.constructor as new () => GrpcMetadata;
    this.#listener?.onReceiveStatus({ code, details, metadata: new Metadata() });
  }
}
