import { status } from "@grpc/grpc-js";
import { expect } from "vitest";
import type { InteropCase } from "./interop-case.ts";
import { TEST_SERVICE, UNIMPLEMENTED_METHOD, UNIMPLEMENTED_SERVICE } from "./test-service.ts";

const { unaryCall, fullDuplexCall } = TEST_SERVICE;

export const STATUS_CASES: readonly InteropCase[] = [
  {
    name: "status_code_and_message",
    sentence: "the server's code and message arrive, of a unary call and of a stream",
    async run({ client }) {
      const responseStatus = { code: status.UNKNOWN, message: "test status message" };
      const failure = { code: status.UNKNOWN, details: "test status message" };
      await expect(client.unary(unaryCall, { responseStatus })).rejects.toMatchObject(failure);
      const stream = client.duplex(fullDuplexCall);
      stream.write({ responseStatus });
      stream.end();
      await expect(stream.toArray()).rejects.toMatchObject(failure);
    },
  },
  {
    name: "special_status_message",
    sentence: "white space, and characters of Unicode in and beyond its first plane, arrive in a message",
    async run({ client }) {
      const message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
      const request = { responseStatus: { code: status.UNKNOWN, message } };
      await expect(client.unary(unaryCall, request)).rejects.toMatchObject({
        code: status.UNKNOWN,
        details: message,
      });
    },
  },
  {
    name: "unimplemented_method",
    sentence: "a method that the service lacks is UNIMPLEMENTED",
    async run({ client }) {
      await expect(client.unary(UNIMPLEMENTED_METHOD, {})).rejects.toMatchObject({
        code: status.UNIMPLEMENTED,
      });
    },
  },
  {
    name: "unimplemented_service",
    sentence: "a service that the server lacks is UNIMPLEMENTED",
    async run({ client }) {
      await expect(client.unary(UNIMPLEMENTED_SERVICE, {})).rejects.toMatchObject({
        code: status.UNIMPLEMENTED,
      });
    },
  },
];
