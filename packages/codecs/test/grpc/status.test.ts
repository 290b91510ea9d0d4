import { createHeaders } from "@dualmesh/core";
import { expect, test } from "vitest";
import { grpcStatus } from "../../src/grpc/index.ts";

const GRPC = ["content-type", "application/grpc+proto"] as const;

test.each([
  ["the trailers say it", 200, [...GRPC], ["grpc-status", "0"], "OK", ""],
  [
    "with a sentence",
    200,
    [...GRPC],
    ["grpc-status", "5", "grpc-message", "no%20such%20row"],
    "NOT_FOUND",
    "no such row",
  ],
  [
    "where there are no trailers, the head does",
    200,
    [...GRPC, "grpc-status", "7"],
    undefined,
    "PERMISSION_DENIED",
    "",
  ],
  [
    "trailers without a status leave it to the head",
    200,
    [...GRPC, "grpc-status", "7"],
    ["x", "y"],
    "PERMISSION_DENIED",
    "",
  ],
  [
    "it counts more than the status of HTTP",
    503,
    [...GRPC, "grpc-status", "9"],
    undefined,
    "FAILED_PRECONDITION",
    "",
  ],
  [
    "an unknown number is UNKNOWN",
    200,
    [...GRPC],
    ["grpc-status", "99", "grpc-message", "odd"],
    "UNKNOWN",
    'grpc-status is "99": odd',
  ],
  ["no number is UNKNOWN, and not OK", 200, [...GRPC], ["grpc-status", ""], "UNKNOWN", 'grpc-status is ""'],
  [
    "503 without a status",
    503,
    ["content-type", "text/html"],
    undefined,
    "UNAVAILABLE",
    "Received HTTP status code 503",
  ],
  ["404 without a status", 404, [], undefined, "UNIMPLEMENTED", "Received HTTP status code 404"],
  ["204 without a status is no success", 204, [], undefined, "UNKNOWN", "Received HTTP status code 204"],
  [
    "200 of a web page",
    200,
    ["content-type", "text/html"],
    undefined,
    "UNKNOWN",
    'expected content-type application/grpc, got "text/html"',
  ],
  [
    "200 of nobody knows what",
    200,
    [],
    undefined,
    "UNKNOWN",
    "expected content-type application/grpc, got none",
  ],
  [
    "200 that ends and says nothing",
    200,
    [...GRPC],
    ["x", "y"],
    "UNKNOWN",
    "the stream ended without grpc-status",
  ],
] as const)("%s", (_name, httpStatus, head, trailers, code, message) => {
  const told = trailers === undefined ? undefined : createHeaders([...trailers]);
  expect(grpcStatus(httpStatus, createHeaders([...head]), told)).toEqual({ code, message });
});
