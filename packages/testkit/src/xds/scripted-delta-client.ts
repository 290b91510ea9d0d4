import { type Code, codeFromNumber } from "@dualmesh/core";
import { decode, encode, type Message, type MessageInit } from "@dualmesh/envoy-api";
import { HandOver } from "../hand-over.ts";

type DeltaRequest = Message<"envoy.service.discovery.v3.DeltaDiscoveryRequest">;
type DeltaResponse = Message<"envoy.service.discovery.v3.DeltaDiscoveryResponse">;

/** A client of delta ADS that says what the test says. Nothing is accepted, refused or repeated by itself. */
export interface ScriptedDeltaClient extends AsyncDisposable {
  /** Responses that came and that {@link nextResponse} has not given yet. */
  readonly waiting: number;
  /** The status with which the stream ended; settles then. */
  readonly ended: Promise<{ readonly code: Code; readonly details: string }>;
  send(request: MessageInit<DeltaRequest>): void;
  /** Accepts a response. */
  ack(response: DeltaResponse): void;
  /** Refuses a response, in these words. */
  nack(response: DeltaResponse, message: string): void;
  /** The next response; waits for one. Rejects once the stream has ended and nothing is left. */
  nextResponse(): Promise<DeltaResponse>;
}

/**
 * Opens a delta stream on a connection of its own, over real gRPC, plaintext.
 *
 * ```ts no-run: the server at this address is the one under test
 * import { TYPE_URL } from "@dualmesh/envoy-api";
 * import { scriptedDeltaClient } from "@dualmesh/testkit/xds";
 *
 * await using client = await scriptedDeltaClient("127.0.0.1:15010");
 * client.send({ node: { id: "web-1" }, type_url: TYPE_URL.CDS });
 * const response = await client.nextResponse();
 * client.ack(response);
 * ```
 *
 * @param target where the server is, as gRPC writes it: `127.0.0.1:15010`, `unix:/run/x.sock`.
 */
export async function scriptedDeltaClient(target: string): Promise<ScriptedDeltaClient> {
  // Loaded here, since loading grpc-js opens handles, which no import may do.
  const { Client, credentials } = await import("@grpc/grpc-js");
  const client = new Client(target, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
  const stream = client.makeBidiStreamRequest<Buffer, Buffer>(
    "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources",
    (bytes) => bytes,
    (bytes) => bytes,
  );
  const responses = new HandOver<Buffer>();
  const ended = Promise.withResolvers<{ readonly code: Code; readonly details: string }>();
  stream.on("data", (bytes: Buffer) => responses.give(bytes));
  stream.on("status", ({ code, details }) => {
    responses.close(new Error(`scripted delta client: the stream has ended: ${details}`));
    ended.resolve({ code: codeFromNumber(code), details });
  });
  stream.on("error", () => {
    // The status says it all.
  });
  const send = (request: MessageInit<DeltaRequest>): void =>
    void stream.write(Buffer.from(encode("envoy.service.discovery.v3.DeltaDiscoveryRequest", request)));
  return {
    get waiting() {
      return responses.waiting;
    },
    ended: ended.promise,
    send,
    ack: ({ type_url, nonce }) => send({ type_url, response_nonce: nonce }),
    nack: ({ type_url, nonce }, message) =>
      send({ type_url, response_nonce: nonce, error_detail: { code: 3, message } }),
    nextResponse: async () =>
      decode("envoy.service.discovery.v3.DeltaDiscoveryResponse", await responses.take()),
    async [Symbol.asyncDispose]() {
      stream.cancel();
      await ended.promise;
      client.close();
    },
  };
}
