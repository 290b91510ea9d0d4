import type { DecodeLimits, Frame, FrameCodec } from "@dualmesh/codecs/frame";
import type { JavaObject, RegisteredClass } from "@dualmesh/codecs/hessian";
import type { ServedMethod } from "./implement.ts";

/** A request, as far as it must be read to be served. */
export type IncomingCall =
  | { readonly kind: "call"; readonly method: ServedMethod; readonly args: readonly unknown[] }
  /** What the protocol itself answers. */
  | { readonly kind: "answer"; readonly frame: Frame };

/** How servers of a protocol speak with Java. */
export interface ServerProtocol {
  readonly codec: FrameCodec;
  /** @throws {DecodeError} for a request that is none. */
  read(request: Frame): IncomingCall;
  /** @throws {EncodeError} for a result that is not of its type. */
  result(request: Frame, method: ServedMethod, value: unknown): Frame;
  exception(request: Frame, thrown: JavaObject): Frame;
  /** An error that is no exception of Java's: by its message alone. */
  failure(request: Frame, message: string): Frame;
}

/** How a server reads values. */
export interface ValueOptions {
  readonly classes: readonly RegisteredClass[];
  readonly exact: boolean;
  readonly limits?: Partial<DecodeLimits>;
}
