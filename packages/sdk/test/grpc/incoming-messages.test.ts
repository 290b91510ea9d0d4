import { setImmediate as nextTurn } from "node:timers/promises";
import { BodyPipe } from "@dualmesh/core";
import { expect, test } from "vitest";
import { IncomingMessages } from "../../src/grpc/incoming-messages.ts";

const EMPTY_MESSAGE_BYTES = 5;

/** As a stream that reads does: one after the other. */
async function wantEach(incoming: IncomingMessages, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    incoming.want();
    await nextTurn();
  }
}

test("messages without bytes, too, let their sender wait until they are read", async () => {
  let messages = 0;
  let drained = 0;
  const incoming = new IncomingMessages({ message: () => messages++, end() {}, failed() {} }, 1_000);
  const pipe = new BodyPipe({ onDrain: () => drained++ });
  incoming.read(pipe, undefined);
  expect(pipe.write(Buffer.alloc(100 * EMPTY_MESSAGE_BYTES))).toBe(true);
  expect(pipe.write(Buffer.alloc(1_000 * EMPTY_MESSAGE_BYTES))).toBe(false);
  await wantEach(incoming, 100);
  expect({ messages, drained }).toEqual({ messages: 100, drained: 0 });
  await wantEach(incoming, 1_000);
  expect({ messages, drained }).toEqual({ messages: 1_100, drained: 1 });
});
