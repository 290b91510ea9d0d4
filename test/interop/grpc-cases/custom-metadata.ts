import { Metadata, type StatusObject } from "@grpc/grpc-js";
import { expect } from "vitest";
import type { InteropCase } from "./interop-case.ts";
import { payload, TEST_SERVICE } from "./test-service.ts";

const { unaryCall, fullDuplexCall } = TEST_SERVICE;

/** A server sends the first back before its messages, and the second, which is bytes, behind them. */
export const ECHO_INITIAL = "x-grpc-test-echo-initial";
export const ECHO_TRAILING = "x-grpc-test-echo-trailing-bin";

const INITIAL = "test_initial_metadata_value";
const TRAILING = Buffer.of(0xab, 0xab, 0xab);

function asked(): Metadata {
  const metadata = new Metadata();
  metadata.set(ECHO_INITIAL, INITIAL);
  metadata.set(ECHO_TRAILING, TRAILING);
  return metadata;
}

function expectEcho(initial: Metadata, trailing: Metadata): void {
  expect(initial.get(ECHO_INITIAL)).toEqual([INITIAL]);
  expect(trailing.get(ECHO_TRAILING)).toEqual([TRAILING]);
}

export const METADATA_CASES: readonly InteropCase[] = [
  {
    name: "custom_metadata",
    sentence: "text comes back before the message and bytes behind it, of a unary call and of a stream",
    async run({ client }) {
      const request = { responseSize: 314_159, payload: payload(271_828) };
      const { initial, trailing } = await client.unary(unaryCall, request, { metadata: asked() });
      expectEcho(initial, trailing);

      const stream = client.duplex(fullDuplexCall, { metadata: asked() });
      const head = new Promise<Metadata>((resolve) => stream.once("metadata", resolve));
      const end = new Promise<StatusObject>((resolve) => stream.once("status", resolve));
      stream.write({ responseParameters: [{ size: 314_159 }], payload: payload(271_828) });
      stream.end();
      expect((await stream.toArray()).map((message) => message.payload?.body.length)).toEqual([314_159]);
      expectEcho(await head, (await end).metadata);
    },
  },
];
