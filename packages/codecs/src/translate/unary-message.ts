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
  const messages: Buffer[] = [];
  let isCompressed = false;
  const take = (message: Buffer, compressed: boolean): void => {
    messages.push(message);
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
  const [message] = messages;
  if (message === undefined || messages.length > 1) {
    return {
      kind: "failure",
      code: "INTERNAL",
      message: `grpc body: ${messages.length} messages; expected 1`,
    };
  }
  return isCompressed
    ? { kind: "failure", code: "UNIMPLEMENTED", message: "grpc body: its message is compressed" }
    : { kind: "message", message };
}
