import { decode, encode, TYPE_URL } from "@dualmesh/envoy-api";
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { expect, onTestFinished, test } from "vitest";
import { scriptedDeltaClient } from "../../src/xds/index.ts";

const CLUSTER = TYPE_URL.CDS;
const asIs = (bytes: Buffer): Buffer => bytes;

type Call = ServerDuplexStream<Buffer, Buffer>;

/** A server of delta ADS whose streams the test has in hand. */
async function listen(serve: (call: Call) => void): Promise<string> {
  const server = new Server();
  const method = {
    path: "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources",
    requestStream: true,
    responseStream: true,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  } as const;
  server.addService({ DeltaAggregatedResources: method }, { DeltaAggregatedResources: serve });
  onTestFinished(() => server.forceShutdown());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return `127.0.0.1:${port}`;
}

function response(nonce: string): Buffer {
  return Buffer.from(
    encode("envoy.service.discovery.v3.DeltaDiscoveryResponse", { type_url: CLUSTER, nonce }),
  );
}

test("a test plays the client by hand: request, response, ACK, NACK", async () => {
  const requests: unknown[] = [];
  const target = await listen((call) => {
    call.on("data", (bytes: Buffer) => {
      requests.push(decode("envoy.service.discovery.v3.DeltaDiscoveryRequest", bytes));
      if (requests.length < 3) call.write(response(String(requests.length)));
      else call.emit("error", { code: 3, details: "enough" });
    });
  });
  await using client = await scriptedDeltaClient(target);
  client.send({ type_url: CLUSTER, resource_names_subscribe: ["orders"] });
  client.ack(await client.nextResponse());
  client.nack(await client.nextResponse(), "no");
  expect(await client.ended).toEqual({ code: "INVALID_ARGUMENT", details: "enough" });
  expect(requests).toMatchObject([
    { type_url: CLUSTER, resource_names_subscribe: ["orders"], response_nonce: "" },
    { type_url: CLUSTER, response_nonce: "1", error_detail: undefined },
    { type_url: CLUSTER, response_nonce: "2", error_detail: { message: "no" } },
  ]);
  expect(client.waiting).toBe(0);
  await expect(client.nextResponse()).rejects.toThrow("the stream has ended: enough");
});

test("what nobody has taken is counted, and outlives the stream", async () => {
  const target = await listen((call) => {
    call.write(response("1"));
    call.write(response("2"));
    call.end();
  });
  await using client = await scriptedDeltaClient(target);
  expect(await client.ended).toMatchObject({ code: "OK" });
  expect(client.waiting).toBe(2);
  expect((await client.nextResponse()).nonce).toBe("1");
});
