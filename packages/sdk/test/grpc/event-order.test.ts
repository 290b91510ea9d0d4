import type * as grpc from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { type EchoClient, echoClient } from "./echo-client.ts";
import { startEcho } from "./echo-service.ts";
import { echoBootstrap, openGrpcMesh } from "./grpc-mesh.ts";

/** Writes all it has at once, as a server with a list in its hands does. */
function expandAtOnce(call: grpc.ServerWritableStream<string, string>): void {
  const [count, code] = call.request.split(" ").map(Number);
  for (let i = 0; i < (count ?? 0); i++) call.write(String(i));
  if (code === undefined) call.end();
  else call.emit("error", { code, details: "as asked" });
}

/** What an application hears of a stream, in this order. */
function heard(client: EchoClient, request: string): Promise<string[]> {
  return new Promise((resolve) => {
    const events: string[] = [];
    const stream = client.Expand(request);
    stream.on("metadata", () => events.push("metadata"));
    stream.on("data", (message: string) => events.push(message));
    stream.on("error", () => events.push("error"));
    stream.on("end", () => events.push("end"));
    stream.on("status", ({ code }: grpc.StatusObject) => {
      events.push(`status ${code}`);
      setTimeout(() => resolve(events), 10);
    });
  });
}

test.each(["20", "2 5", "0", "0 5", "1"])(
  "a stream of %s tells what grpc-js's own channel tells, in the same order",
  async (request) => {
    await using server = await startEcho({ Expand: expandAtOnce as grpc.UntypedHandleCall });
    await using mesh = await openGrpcMesh(echoBootstrap([server.port]));
    const own = echoClient(`127.0.0.1:${server.port}`);
    const expected = await heard(own, request);
    own.close();
    const events = await heard(mesh.client(), request);
    expect(events).toEqual(expected);
    expect(events.filter((event) => /^\d+$/.test(event))).toHaveLength(Number.parseInt(request, 10));
  },
);
