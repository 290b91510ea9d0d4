import type { Code } from "@dualmesh/core";
import { GrpcMessageDecoder } from "../grpc/message-decoder.ts";
import type { GrpcWebMode } from "../grpc-web/mode.ts";
import { GrpcWebDecoder } from "../grpc-web/web-decoder.ts";

/** The one message of a body, or why there is none. */
export type UnaryMessage =
  | { readonly kind: "message"; readonly message: Buffer }
  | { readonly kind: "failure"; readonly code: Code; readonly message: string };

/** @param mode Of gRPC-Web; `undefined` for gRPC. */
export function readUnary(body: Buffer, maxMessageBytes: number, mode?: GrpcWebMode): UnaryMessage {
  let message: Buffer | undefined;
  let count = 0;
  let isCompressed = false;
  // A body of empty messages has one in each five bytes: only the first is kept.
  const take = (next: Buffer, compressed: boolean): void => {
    message ??= next;
    count++;
    isCompressed ||= compressed;
  };
  const decoder =
    mode === undefined
      ? new GrpcMessageDecoder(take, { maxMessageBytes })
      : new GrpcWebDecoder({ message: take }, { maxMessageBytes, mode });
  decoder.feed(body);
  decoder.end();
  const { error } = decoder;
  if (error !== undefined) return { kind: "failure", ...error };
  if (message === undefined || count > 1) {
    return {
      kind: "failure",
      code: "INTERNAL",
      message: `grpc body: ${count} messages; expected 1`,
    };
  }
  return isCompressed
    ? { kind: "failure", code: "UNIMPLEMENTED", message: "grpc body: its message is compressed" }
    : { kind: "message", message };
}
