import type { ServiceDefinition } from "@grpc/grpc-js";

const same = (bytes: Buffer): Buffer => bytes;

/** One method whose messages are bytes: what is measured is the call, and no serialization. */
export const SAY = {
  Hello: {
    path: "/bench.Say/Hello",
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  },
} satisfies ServiceDefinition;
