import { codeNumber } from "@dualmesh/core";
import type { MethodDefinition, ServerDuplexStream } from "@grpc/grpc-js";
import type { XdsServerStream, XdsServerStreamHandlers } from "./server-stream.ts";

type AdsCall = ServerDuplexStream<Uint8Array, Uint8Array>;

type AdsMethod = MethodDefinition<Uint8Array, Uint8Array>;

/** The aggregated discovery service in the form that grpc-js takes: `server.addService(definition, handlers)`. */
export interface XdsGrpcService {
  readonly definition: {
    readonly StreamAggregatedResources: AdsMethod;
    readonly DeltaAggregatedResources: AdsMethod;
  };
  readonly handlers: {
    readonly StreamAggregatedResources: (call: AdsCall) => void;
    readonly DeltaAggregatedResources: (call: AdsCall) => void;
  };
}

type Serve = (stream: XdsServerStream) => XdsServerStreamHandlers;

/** Puts streams of gRPC into the engine's form. Messages stay bytes: the engine reads and writes them. */
export function grpcService(engine: { readonly serve: Serve; readonly serveDelta: Serve }): XdsGrpcService {
  return {
    definition: {
      StreamAggregatedResources: bidirectional("StreamAggregatedResources"),
      DeltaAggregatedResources: bidirectional("DeltaAggregatedResources"),
    },
    handlers: {
      StreamAggregatedResources: (call) => serveCall((stream) => engine.serve(stream), call),
      DeltaAggregatedResources: (call) => serveCall((stream) => engine.serveDelta(stream), call),
    },
  };
}

function bidirectional(method: string): AdsMethod {
  return {
    path: `/envoy.service.discovery.v3.AggregatedDiscoveryService/${method}`,
    requestStream: true,
    responseStream: true,
    requestSerialize: asBuffer,
    requestDeserialize: asIs,
    responseSerialize: asBuffer,
    responseDeserialize: asIs,
  };
}

function serveCall(serve: Serve, call: AdsCall): void {
  const handlers = serve({
    peer: call.getPeer(),
    send: (bytes) => call.write(bytes),
    end: ({ code, message }) => {
      // grpc-js ends a call with a status other than OK when an error is emitted.
      call.emit("error", Object.assign(new Error(message), { code: codeNumber(code), details: message }));
    },
  });
  call.on("data", (bytes: Uint8Array) => handlers.onRequest(bytes));
  call.on("drain", () => handlers.onDrain());
  call.on("end", () => {
    handlers.onEnd();
    call.end();
  });
  for (const event of ["cancelled", "close", "error"]) call.on(event, () => handlers.onEnd());
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function asIs(bytes: Buffer): Uint8Array {
  return bytes;
}
