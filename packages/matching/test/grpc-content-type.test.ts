import { expect, test } from "vitest";
import { isGrpcContentType } from "../src/index.ts";

test.each([
  ["application/grpc", true],
  ["application/grpc+proto", true],
  ["application/grpc+", true],
  ["application/grpc+proto;x", true],
  ["application/grpc-web", false],
  ["application/grpc;charset=x", false],
  ["Application/grpc", false],
  ["application/json", false],
  ["", false],
  [undefined, false],
])("%j is gRPC's content type: %j", (contentType, expected) => {
  expect(isGrpcContentType(contentType)).toBe(expected);
});
