import type { EventEmitter } from "node:events";
import * as grpc from "@grpc/grpc-js";
import { ECHO_SERVICE } from "./echo-service.ts";

type Chunks = AsyncIterable<string>;

/** How a call ended. */
export interface Ended {
  readonly messages: readonly string[];
  readonly code: number;
  readonly details: string;
  readonly head: Record<string, unknown>;
  readonly trailers: Record<string, unknown>;
}

export type EchoClient = grpc.Client & {
  Unary: UnaryMethod;
  Missing: UnaryMethod;
  Collect(
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<string>,
  ): grpc.ClientWritableStream<string>;
  Expand(request: string, options?: grpc.CallOptions): grpc.ClientReadableStream<string>;
  Chat(metadata?: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<string, string>;
};

type UnaryMethod = (
  request: string,
  metadata: grpc.Metadata,
  options: grpc.CallOptions,
  callback: grpc.requestCallback<string>,
) => grpc.ClientUnaryCall;

const Client = grpc.makeGenericClientConstructor(ECHO_SERVICE, "test.Echo");

/** An unchanged grpc-js client. */
export function echoClient(
  address: string,
  options: grpc.ClientOptions = {},
  credentials: grpc.ChannelCredentials = grpc.credentials.createInsecure(),
): EchoClient {
  return new Client(address, credentials, options) as unknown as EchoClient;
}

export interface Asked {
  readonly metadata?: grpc.Metadata;
  readonly options?: grpc.CallOptions;
  readonly method?: "Unary" | "Missing";
  /** Gets the call when it was made. */
  readonly made?: (call: grpc.ClientUnaryCall) => void;
}

/** A unary call, to its end. Never rejects. */
export function ask(client: EchoClient, request: string, asked: Asked = {}): Promise<Ended> {
  const { metadata = new grpc.Metadata(), options = {}, method = "Unary", made } = asked;
  return new Promise((resolve) => {
    const messages: string[] = [];
    const call = client[method](request, metadata, options, (_error, message) => {
      if (message !== undefined) messages.push(message);
    });
    made?.(call);
    resolve(ended(call, messages));
  });
}

/** Head and status of a call of any kind. */
export function ended(
  call: grpc.ClientUnaryCall | grpc.ClientReadableStream<string> | grpc.ClientDuplexStream<string, string>,
  messages: readonly string[] = [],
): Promise<Ended> {
  return new Promise((resolve) => {
    let head: Record<string, unknown> = {};
    // What is an error is a status too.
    (call as EventEmitter).on("error", () => {});
    call.on("metadata", (metadata: grpc.Metadata) => {
      head = metadata.getMap();
    });
    call.on("status", ({ code, details, metadata }: grpc.StatusObject) => {
      setImmediate(() => resolve({ messages, code, details, head, trailers: metadata.getMap() }));
    });
  });
}

/** Reads a stream to its end. */
export async function readAll(stream: Chunks): Promise<string[]> {
  const messages: string[] = [];
  for await (const message of stream) messages.push(message);
  return messages;
}
