import {
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type StatusObject,
} from "@grpc/grpc-js";
import { ECHO_INITIAL, ECHO_TRAILING } from "./custom-metadata.ts";
import type { InteropServer } from "./interop-server.ts";
import {
  type EchoStatus,
  type Empty,
  payload,
  type SimpleRequest,
  type SimpleResponse,
  type StreamingInputCallRequest,
  type StreamingInputCallResponse,
  type StreamingOutputCallRequest,
  type StreamingOutputCallResponse,
  TEST_SERVICE,
} from "./test-service.ts";

/** grpc.testing.TestService on grpc-js, for the interop clients of others. */
export async function startTestServer(): Promise<InteropServer> {
  const server = new Server();
  server.addService(TEST_SERVICE, {
    emptyCall,
    unaryCall,
    streamingInputCall,
    streamingOutputCall,
    fullDuplexCall,
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, [Symbol.asyncDispose]: async () => server.forceShutdown() };
}

const emptyCall: handleUnaryCall<Empty, Empty> = (_, reply) => reply(null, {});

const unaryCall: handleUnaryCall<SimpleRequest, SimpleResponse> = (call, reply) => {
  const { responseSize = 0, responseStatus } = call.request;
  const trailing = echo(call);
  const failure = toFailure(responseStatus, trailing);
  if (failure === undefined) reply(null, { payload: payload(responseSize) }, trailing);
  else reply(failure);
};

const streamingInputCall: handleClientStreamingCall<StreamingInputCallRequest, StreamingInputCallResponse> = (
  call,
  reply,
) => {
  let aggregatedPayloadSize = 0;
  call.on("data", (message: StreamingInputCallRequest) => {
    aggregatedPayloadSize += message.payload?.body.length ?? 0;
  });
  call.on("end", () => reply(null, { aggregatedPayloadSize }));
};

const streamingOutputCall: handleServerStreamingCall<
  StreamingOutputCallRequest,
  StreamingOutputCallResponse
> = (call) => {
  for (const { size } of call.request.responseParameters ?? []) call.write({ payload: payload(size) });
  call.end();
};

const fullDuplexCall: handleBidiStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> = (
  call,
) => {
  const trailing = echo(call);
  call.on("data", ({ responseParameters = [], responseStatus }: StreamingOutputCallRequest) => {
    const failure = toFailure(responseStatus, trailing);
    if (failure !== undefined) call.emit("error", failure);
    else for (const { size } of responseParameters) call.write({ payload: payload(size) });
  });
  call.on("end", () => call.end(trailing));
};

interface AnyCall {
  readonly metadata: Metadata;
  sendMetadata(metadata: Metadata): void;
}

/** Sends back at once what is asked to come before the messages, and gives what is to come behind them. */
function echo(call: AnyCall): Metadata {
  const [initial, trailing] = [new Metadata(), new Metadata()];
  for (const value of call.metadata.get(ECHO_INITIAL)) initial.set(ECHO_INITIAL, value);
  for (const value of call.metadata.get(ECHO_TRAILING)) trailing.set(ECHO_TRAILING, value);
  call.sendMetadata(initial);
  return trailing;
}

/** The status that a request asks for, unless that is OK. */
function toFailure(wanted: EchoStatus | null | undefined, metadata: Metadata): StatusObject | undefined {
  if ((wanted?.code ?? 0) === 0) return undefined;
  const { code, message } = wanted as EchoStatus;
  return { code, details: message, metadata };
}
