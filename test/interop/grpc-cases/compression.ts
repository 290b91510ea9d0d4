import { InterceptingCall, type Interceptor, status } from "@grpc/grpc-js";
import { expect } from "vitest";
import type { CaseStage, InteropCase } from "./interop-case.ts";
import { payload, TEST_SERVICE } from "./test-service.ts";

const { unaryCall, streamingInputCall, streamingOutputCall } = TEST_SERVICE;

/** grpc-js's flag of a message that goes as it is though its call compresses. It has it, and does not export it. */
const NO_COMPRESS = 2;

/** Messages that go uncompressed. All others are compressed, by {@link COMPRESSING}. */
const plain = new WeakSet<object>();

function uncompressed<T extends object>(message: T): T {
  plain.add(message);
  return message;
}

class PerMessage extends InterceptingCall {
  override sendMessageWithContext(context: object, message: object): void {
    super.sendMessageWithContext({ ...context, flags: plain.has(message) ? NO_COMPRESS : 0 }, message);
  }
}

/** How a client must be opened for these cases. 2: gzip. */
export const COMPRESSING = { "grpc.default_compression_algorithm": 2 } as const;
export const PER_MESSAGE: Interceptor = (options, next) => new PerMessage(next(options));

const YES = { value: true };
const NO = { value: false };

/** Whether each message that goes to the client from now on is compressed. */
function answersFromNow({ tap }: CaseStage): () => readonly boolean[] {
  const before = tap.responses.length;
  return () => tap.responses.slice(before);
}

export const COMPRESSION_CASES: readonly InteropCase[] = [
  {
    name: "client_compressed_unary",
    sentence: "a server sees whether a request is compressed, and refuses one that is not what it says",
    async run({ client }) {
      const request = { expectCompressed: YES, responseSize: 314_159, payload: payload(271_828) };
      await expect(client.unary(unaryCall, uncompressed({ ...request }))).rejects.toMatchObject({
        code: status.INVALID_ARGUMENT,
      });
      expect((await client.unary(unaryCall, request)).message.payload?.body.length).toBe(314_159);
      const asItIs = uncompressed({ ...request, expectCompressed: NO });
      expect((await client.unary(unaryCall, asItIs)).message.payload?.body.length).toBe(314_159);
    },
  },
  {
    name: "server_compressed_unary",
    sentence: "an answer comes compressed if that is asked for, and only then",
    async run(stage) {
      const answers = answersFromNow(stage);
      for (const responseCompressed of [YES, NO]) {
        const request = { responseCompressed, responseSize: 314_159, payload: payload(271_828) };
        const { message } = await stage.client.unary(unaryCall, request);
        expect(message.payload?.body.equals(Buffer.alloc(314_159))).toBe(true);
      }
      expect(answers()).toEqual([true, false]);
    },
  },
  {
    name: "client_compressed_streaming",
    sentence: "one message of a stream is compressed and the next is not, and each is told from the other",
    async run({ client }) {
      const probe = client.upload(streamingInputCall);
      probe.stream.write(uncompressed({ expectCompressed: YES, payload: payload(27_182) }));
      probe.stream.end();
      await expect(probe.answer).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });

      const { stream, answer } = client.upload(streamingInputCall);
      stream.write({ expectCompressed: YES, payload: payload(27_182) });
      stream.write(uncompressed({ expectCompressed: NO, payload: payload(45_904) }));
      stream.end();
      expect((await answer).aggregatedPayloadSize).toBe(73_086);
    },
  },
];

/** Apart from the others: grpc-go compresses all messages of a call, or none. */
export const COMPRESSED_STREAM_CASE: InteropCase = {
  name: "server_compressed_streaming",
  sentence: "one message of an answer comes compressed and the next does not",
  async run(stage) {
    const answers = answersFromNow(stage);
    const responseParameters = [
      { compressed: YES, size: 31_415 },
      { compressed: NO, size: 92_653 },
    ];
    const messages = await stage.client.download(streamingOutputCall, { responseParameters }).toArray();
    expect(messages.map((message) => message.payload.body.length)).toEqual([31_415, 92_653]);
    expect(answers()).toEqual([true, false]);
  },
};
