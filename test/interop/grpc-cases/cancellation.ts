import { status } from "@grpc/grpc-js";
import { expect } from "vitest";
import { eventually } from "../stage/eventually.ts";
import type { InteropCase } from "./interop-case.ts";
import { payload, TEST_SERVICE } from "./test-service.ts";

const { streamingInputCall, fullDuplexCall } = TEST_SERVICE;

export const CANCELLATION_CASES: readonly InteropCase[] = [
  {
    name: "cancel_after_begin",
    sentence: "a call that is cancelled before it has sent anything is CANCELLED",
    async run({ client }) {
      const { stream, answer } = client.upload(streamingInputCall);
      stream.cancel();
      await expect(answer).rejects.toMatchObject({ code: status.CANCELLED });
    },
  },
  {
    name: "cancel_after_first_response",
    sentence: "a stream that is cancelled between its messages is CANCELLED, and reset at the server",
    async run({ client, tap }) {
      const before = tap.cutShort;
      const stream = client.duplex(fullDuplexCall);
      const messages = stream[Symbol.asyncIterator]();
      stream.write({ responseParameters: [{ size: 31_415 }], payload: payload(27_182) });
      expect((await messages.next()).value.payload.body.length).toBe(31_415);
      stream.cancel();
      await expect(messages.next()).rejects.toMatchObject({ code: status.CANCELLED });
      await eventually(() => tap.cutShort).toBe(before + 1);
    },
  },
  {
    name: "timeout_on_sleeping_server",
    sentence: "a stream that nobody answers within its millisecond is DEADLINE_EXCEEDED",
    async run({ client }) {
      const stream = client.duplex(fullDuplexCall, { deadlineMs: 1 });
      stream.write({ payload: payload(27_182) });
      await expect(stream.toArray()).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    },
  },
];
