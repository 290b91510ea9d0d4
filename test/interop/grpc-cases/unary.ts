import { expect } from "vitest";
import type { InteropCase } from "./interop-case.ts";
import { payload, TEST_SERVICE } from "./test-service.ts";

const { emptyCall, unaryCall } = TEST_SERVICE;

export const UNARY_CASES: readonly InteropCase[] = [
  {
    name: "empty_unary",
    sentence: "an empty message is answered by an empty message",
    async run({ client }) {
      expect((await client.unary(emptyCall, {})).message).toEqual({});
    },
  },
  {
    name: "large_unary",
    sentence: "271,828 bytes are answered by 314,159",
    async run({ client }) {
      const request = { responseSize: 314_159, payload: payload(271_828) };
      const { message } = await client.unary(unaryCall, request);
      expect(message.payload?.body.equals(Buffer.alloc(314_159))).toBe(true);
    },
  },
];
