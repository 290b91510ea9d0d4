import { bodyRecorder, callFor, manualClock, textRequest } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import {
  BodyPipe,
  CANCELLED,
  createHeaders,
  grpcOutcome,
  localReply,
  type Request,
  type Reset,
  type Response,
  type Service,
  type StreamBody,
  stack,
} from "../../src/index.ts";
import { deliver } from "./deliver.ts";
import { accessLog } from "./filters/access-log.ts";
import { allow } from "./filters/allow.ts";
import { type ByteCount, countBytes } from "./filters/count-bytes.ts";

/** Answers each question while others still come; the client's end is answered with trailers. */
const chat: Service<Request, Response> = (request) => {
  const questions = request.body;
  if (questions.kind !== "stream") {
    return Promise.resolve(localReply({ status: 200, code: "INVALID_ARGUMENT", details: "no_stream" }));
  }
  const answers = new BodyPipe({
    onDrain: () => questions.resume(),
    onCancel: (reason) => questions.cancel(reason),
  });
  questions.read({
    chunk: (question) => answers.write(Buffer.from(`re: ${Buffer.from(question).toString()}`)),
    end: () => answers.end(createHeaders(["grpc-status", "0"])),
    reset: (reason) => answers.reset(reason),
  });
  const headers = createHeaders(["content-type", "application/grpc"]);
  return Promise.resolve({ head: { status: 200, headers }, body: answers });
};

async function open() {
  const log: string[] = [];
  const moved: ByteCount[] = [];
  const cancelled: Reset[] = [];
  const drained: string[] = [];
  const send = stack<Request, Response>()
    .use(
      "log",
      accessLog((line) => log.push(line)),
    )
    .use(
      "count",
      countBytes((count) => moved.push(count)),
    )
    .use(
      "allow",
      allow((head) => head.path.startsWith("/shop.Chat/")),
    )
    .to(chat);

  const questions = new BodyPipe({
    onDrain: () => drained.push("questions"),
    onCancel: (reason) => cancelled.push(reason),
  });
  const ask = (text: string): boolean => questions.write(Buffer.from(text));
  const call = callFor(manualClock());
  const request = textRequest({
    protocol: "h2",
    exchange: "stream",
    path: "/shop.Chat/Talk",
    headers: { "content-type": "application/grpc" },
    body: questions,
  });
  const response = await send(request, call);
  const reader = bodyRecorder();
  const leave = deliver(response, call, reader, grpcOutcome);
  return { questions, answers: response.body, ask, reader, leave, log, moved, cancelled, drained };
}

test("a bidirectional stream: the head comes first, then both sides speak, then trailers", async () => {
  const { questions, ask, reader, log, moved } = await open();
  ask("hello");
  expect(reader.events).toEqual(["chunk re: hello"]);
  ask("bye");
  questions.end();
  expect(reader.events).toEqual(["chunk re: hello", "chunk re: bye", "end grpc-status=0"]);
  expect(moved).toEqual([{ up: 8, down: 16 }]);
  expect(log).toEqual(["h2 POST orders.test/shop.Chat/Talk 200 OK - executed attempts=0 0ms"]);
});

test("a bidirectional stream: a client that goes away is felt at the other end, and back", async () => {
  const { ask, reader, leave, log, cancelled } = await open();
  ask("hello");
  leave(CANCELLED);
  expect(cancelled).toEqual([CANCELLED]);
  ask("anyone?");
  expect(reader.events).toEqual(["chunk re: hello"]);
  expect(log).toEqual(["h2 POST orders.test/shop.Chat/Talk 200 CANCELLED DC in-doubt attempts=0 0ms"]);
});

test("a bidirectional stream: a slow reader slows the writer at the other end", async () => {
  const { answers, ask, drained, reader } = await open();
  reader.credit = 1;
  expect(ask("one")).toBe(false);
  expect(ask("two")).toBe(true);
  expect(reader.events).toEqual(["chunk re: one"]);
  expect(drained).toEqual([]);

  reader.credit = 10;
  (answers as StreamBody).resume();
  expect(reader.events).toEqual(["chunk re: one", "chunk re: two"]);
  expect(drained).toEqual(["questions"]);
});
