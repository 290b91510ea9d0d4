import { bodyRecorder, callFor, manualClock, textRequest } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import {
  BodyPipe,
  createHeaders,
  localReply,
  type Request,
  type Response,
  type Service,
  stack,
} from "../../src/index.ts";
import { deliver } from "./deliver.ts";
import { accessLog } from "./filters/access-log.ts";
import { allow } from "./filters/allow.ts";
import { type ByteCount, countBytes } from "./filters/count-bytes.ts";

/** Sends every frame back. Frames are bytes here: after the 101 nothing on the way looks into them. */
const echoServer: Service<Request, Response> = (request) => {
  const fromClient = request.body;
  if (request.head.headers.get("upgrade") !== "websocket" || fromClient.kind !== "stream") {
    return Promise.resolve(localReply({ status: 426, details: "upgrade_required" }));
  }
  const toClient = new BodyPipe({
    onDrain: () => fromClient.resume(),
    onCancel: (reason) => fromClient.cancel(reason),
  });
  fromClient.read({
    chunk: (bytes) => toClient.write(bytes),
    end: () => toClient.end(),
    reset: (reason) => toClient.reset(reason),
  });
  const headers = createHeaders(["upgrade", "websocket", "connection", "upgrade"]);
  return Promise.resolve({ head: { status: 101, headers }, body: toClient });
};

function proxy() {
  const log: string[] = [];
  const moved: ByteCount[] = [];
  const send = stack<Request, Response>()
    .use(
      "log",
      accessLog((line) => log.push(line)),
    )
    .use(
      "origin",
      allow((head) => head.headers.get("origin") === "https://shop.test"),
    )
    .use(
      "count",
      countBytes((count) => moved.push(count)),
    )
    .to(echoServer);
  return { log, moved, send };
}

function upgrade(origin: string, body: BodyPipe): Request {
  const headers = { connection: "upgrade", upgrade: "websocket", origin };
  return textRequest({ exchange: "tunnel", method: "GET", path: "/live", headers, body });
}

/** RFC 6455, section 5.2: a final text frame of two bytes, "hi". */
const TEXT_FRAME = Uint8Array.of(0x81, 0x02, 0x68, 0x69);

test("a WebSocket: upgraded through filters, then two byte streams until the client closes", async () => {
  const { log, moved, send } = proxy();
  const fromClient = new BodyPipe();
  const call = callFor(manualClock());
  const response = await send(upgrade("https://shop.test", fromClient), call);
  expect(response.head.status).toBe(101);

  const toClient = bodyRecorder();
  deliver(response, call, toClient);
  fromClient.write(TEXT_FRAME);
  expect(toClient.bytes).toEqual(TEXT_FRAME);
  fromClient.end();
  expect(toClient.events.at(-1)).toBe("end");
  expect(moved).toEqual([{ up: 4, down: 4 }]);
  expect(log).toEqual(["http/1.1 GET orders.test/live 101 OK - executed attempts=0 0ms"]);
});

test("a WebSocket from a foreign page is refused before anything is opened", async () => {
  const { log, moved, send } = proxy();
  const call = callFor(manualClock());
  const reader = bodyRecorder();
  deliver(await send(upgrade("https://elsewhere.test", new BodyPipe()), call), call, reader);
  expect(reader.text).toBe("not allowed");
  expect(moved).toEqual([]);
  expect(log).toEqual([
    "http/1.1 GET orders.test/live 403 PERMISSION_DENIED UAEX not-executed attempts=0 0ms",
  ]);
});
