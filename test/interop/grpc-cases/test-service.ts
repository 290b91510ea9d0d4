import { fileURLToPath } from "node:url";
import type { MethodDefinition } from "@grpc/grpc-js";
import protobuf from "protobufjs";

/** The messages of `testing.proto`. Fields that are absent have their defaults, messages `null`. */
export type Empty = Readonly<Record<string, never>>;

export interface Payload {
  readonly body: Buffer;
}

export interface BoolValue {
  readonly value: boolean;
}

export interface EchoStatus {
  readonly code: number;
  readonly message: string;
}

export interface SimpleRequest {
  readonly responseSize?: number;
  readonly payload?: Payload | null;
  readonly responseCompressed?: BoolValue | null;
  readonly responseStatus?: EchoStatus | null;
  readonly expectCompressed?: BoolValue | null;
}

export interface SimpleResponse {
  readonly payload: Payload | null;
}

export interface StreamingInputCallRequest {
  readonly payload?: Payload | null;
  readonly expectCompressed?: BoolValue | null;
}

export interface StreamingInputCallResponse {
  readonly aggregatedPayloadSize: number;
}

export interface ResponseParameters {
  readonly size: number;
  readonly intervalUs?: number;
  readonly compressed?: BoolValue | null;
}

export interface StreamingOutputCallRequest {
  readonly responseParameters?: readonly ResponseParameters[];
  readonly payload?: Payload | null;
  readonly responseStatus?: EchoStatus | null;
}

export interface StreamingOutputCallResponse {
  readonly payload: Payload | null;
}

const root = protobuf.loadSync(fileURLToPath(new URL("testing.proto", import.meta.url)));

/** The methods of `grpc.testing.TestService` as a server registers them. */
export const TEST_SERVICE = {
  emptyCall: method<Empty, Empty>("TestService", "EmptyCall"),
  unaryCall: method<SimpleRequest, SimpleResponse>("TestService", "UnaryCall"),
  streamingOutputCall: method<StreamingOutputCallRequest, StreamingOutputCallResponse>(
    "TestService",
    "StreamingOutputCall",
  ),
  streamingInputCall: method<StreamingInputCallRequest, StreamingInputCallResponse>(
    "TestService",
    "StreamingInputCall",
  ),
  fullDuplexCall: method<StreamingOutputCallRequest, StreamingOutputCallResponse>(
    "TestService",
    "FullDuplexCall",
  ),
} as const;

/** A method that its service lacks, and one of a service that its server lacks. */
export const UNIMPLEMENTED_METHOD = method<Empty, Empty>("TestService", "UnimplementedCall");
export const UNIMPLEMENTED_SERVICE = method<Empty, Empty>("UnimplementedService", "UnimplementedCall");

/** So many zeros, as all payloads of these cases are. */
export function payload(bytes: number): Payload {
  return { body: Buffer.alloc(bytes) };
}

function method<Req, Res>(service: string, name: string): MethodDefinition<Req, Res> {
  const found = root.lookupService(`grpc.testing.${service}`).methods[name];
  if (found === undefined) throw new Error(`testing.proto has no ${service}.${name}`);
  const { requestStream = false, responseStream = false } = found;
  const [request, response] = [codec<Req>(found.requestType), codec<Res>(found.responseType)];
  return {
    path: `/grpc.testing.${service}/${name}`,
    requestStream,
    responseStream,
    requestSerialize: request.write,
    requestDeserialize: request.read,
    responseSerialize: response.write,
    responseDeserialize: response.read,
  };
}

function codec<T>(name: string) {
  const type = root.lookupType(`grpc.testing.${name}`);
  return {
    write: (message: T): Buffer => Buffer.from(type.encode(message as object).finish()),
    read: (bytes: Buffer): T => type.toObject(type.decode(bytes), { defaults: true }) as T,
  };
}
