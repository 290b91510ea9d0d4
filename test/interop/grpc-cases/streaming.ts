import { expect } from "vitest";
import type { InteropCase } from "./interop-case.ts";
import { payload, type StreamingOutputCallResponse, TEST_SERVICE } from "./test-service.ts";

const { streamingInputCall, streamingOutputCall, fullDuplexCall } = TEST_SERVICE;

const ASKED_SIZES = [27_182, 8, 1_828, 45_904];
const ANSWERED_SIZES = [31_415, 9, 2_653, 58_979];

const sizeOf = (message: StreamingOutputCallResponse): number | undefined => message.payload?.body.length;

export const STREAMING_CASES: readonly InteropCase[] = [
  {
    name: "client_streaming",
    sentence: "the bytes of four messages are summed up",
    async run({ client }) {
      const { stream, answer } = client.upload(streamingInputCall);
      for (const size of ASKED_SIZES) stream.write({ payload: payload(size) });
      stream.end();
      expect((await answer).aggregatedPayloadSize).toBe(74_922);
    },
  },
  {
    name: "server_streaming",
    sentence: "four sizes are answered by four messages, in their order",
    async run({ client }) {
      const responseParameters = ANSWERED_SIZES.map((size) => ({ size }));
      const sizes: unknown[] = [];
      for await (const message of client.download(streamingOutputCall, { responseParameters }))
        sizes.push(sizeOf(message));
      expect(sizes).toEqual(ANSWERED_SIZES);
    },
  },
  {
    name: "ping_pong",
    sentence: "each message is answered before the next is sent",
    async run({ client }) {
      const stream = client.duplex(fullDuplexCall);
      const messages = stream[Symbol.asyncIterator]();
      for (const [i, size] of ANSWERED_SIZES.entries()) {
        stream.write({ responseParameters: [{ size }], payload: payload(ASKED_SIZES[i] as number) });
        expect(sizeOf((await messages.next()).value)).toBe(size);
      }
      stream.end();
      expect(await messages.next()).toMatchObject({ done: true });
    },
  },
  {
    name: "empty_stream",
    sentence: "a stream without a message is answered by one, with the status OK",
    async run({ client }) {
      const stream = client.duplex(fullDuplexCall);
      const status = new Promise((resolve) => stream.once("status", resolve));
      stream.end();
      expect(await stream.toArray()).toEqual([]);
      expect(await status).toMatchObject({ code: 0 });
    },
  },
];
