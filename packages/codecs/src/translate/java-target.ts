import type { CallOutcome } from "./call-outcome.ts";
import type { CompiledMethod } from "./compiled-service.ts";

/** A call on its way to Java. */
export interface OutgoingCall {
  readonly method: CompiledMethod;
  readonly args: readonly unknown[];
  /** Integer milliseconds from 1 to 2^31-1. */
  readonly timeoutMs: number;
  /** What goes with it, by names in lower case. */
  readonly passed: ReadonlyMap<string, string>;
}

/** A protocol of Java's, seen from one that calls. */
export interface JavaTarget<Call, Answer> {
  /** @throws {EncodeError} for an argument that is not of its type. */
  write(call: OutgoingCall): Call;
  /** @throws {DecodeError} for an answer that is none. */
  read(method: CompiledMethod, answer: Answer): CallOutcome;
}
