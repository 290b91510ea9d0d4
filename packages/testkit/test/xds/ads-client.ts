import { decode, encode, type Message, type MessageInit } from "@dualmesh/envoy-api";
import { Client, credentials, Metadata, type StatusObject } from "@grpc/grpc-js";
import { HandOver } from "../../src/hand-over.ts";

type DiscoveryRequest = Message<"envoy.service.discovery.v3.DiscoveryRequest">;
type DiscoveryResponse = Message<"envoy.service.discovery.v3.DiscoveryResponse">;

/** The least that can talk to a management server. */
export interface AdsClient {
  readonly status: Promise<StatusObject>;
  send(request: MessageInit<DiscoveryRequest>): void;
  receive(): Promise<DiscoveryResponse>;
  close(): void;
}

export function openAds(target: string): AdsClient {
  const client = new Client(target, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set("x-token", "secret");
  const stream = client.makeBidiStreamRequest<Buffer, Buffer>(
    "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources",
    (bytes) => bytes,
    (bytes) => bytes,
    metadata,
  );
  const responses = new HandOver<Buffer>();
  const status = Promise.withResolvers<StatusObject>();
  stream.on("data", (bytes: Buffer) => responses.give(bytes));
  stream.on("status", status.resolve);
  stream.on("error", () => {
    // The status says it all.
  });
  return {
    status: status.promise,
    send: (request) =>
      stream.write(Buffer.from(encode("envoy.service.discovery.v3.DiscoveryRequest", request))),
    receive: async () => decode("envoy.service.discovery.v3.DiscoveryResponse", await responses.take()),
    close() {
      stream.cancel();
      client.close();
    },
  };
}
