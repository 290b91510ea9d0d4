import { bodyRecorder, callFor, manualClock, textRequest } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import {
  type Filter,
  type Request,
  type Response,
  resetReply,
  type Service,
  stack,
  WRITTEN,
} from "../../src/index.ts";
import { deliver } from "./deliver.ts";
import { accessLog } from "./filters/access-log.ts";
import { retry } from "./filters/retry.ts";

/** What a breaker learns: only calls that an upstream answered, or failed to, say something about it. */
function evidence(note: (ok: boolean) => void): Filter<Request, Response> {
  return (next) => (request, call) => {
    if (request.head.exchange !== "oneway") call.onEnd((outcome) => note(outcome.code === "OK"));
    return next(request, call);
  };
}

interface Connection {
  /** Whether the bytes were handed to the network. */
  write(frame: Uint8Array): Promise<boolean>;
}

/** Bolt's one-way command: written, and never heard of again. */
function boltTransport(connection: Connection): Service<Request, Response> {
  return async ({ head, body }) => {
    const content = body.kind === "bytes" ? body.bytes : Buffer.alloc(0);
    if (await connection.write(Buffer.concat([Buffer.from(`${head.path}\n`), content]))) return WRITTEN;
    return resetReply({
      code: "UNAVAILABLE",
      flag: "UF",
      message: "not writable",
      execution: "not-executed",
    });
  };
}

test("a one-way Bolt call: sent again until it is written, and never after that", async () => {
  const frames: string[] = [];
  const writable = [false, true, true];
  const connection: Connection = {
    write(frame) {
      const ok = writable.shift() === true;
      if (ok) frames.push(Buffer.from(frame).toString());
      return Promise.resolve(ok);
    },
  };
  const log: string[] = [];
  const noted: boolean[] = [];
  const send = stack<Request, Response>()
    .use(
      "log",
      accessLog((line) => log.push(line)),
    )
    .use(
      "evidence",
      evidence((ok) => noted.push(ok)),
    )
    .use("retry", retry({ maxAttempts: 3 }))
    .to(boltTransport(connection));

  const call = callFor(manualClock());
  const request = textRequest({
    protocol: "bolt",
    exchange: "oneway",
    method: "",
    authority: "orders",
    path: "/com.shop.Orders:1.0/cancel",
    body: "order 7",
  });
  deliver(await send(request, call), call, bodyRecorder());

  expect(frames).toEqual(["/com.shop.Orders:1.0/cancel\norder 7"]);
  expect(noted).toEqual([]);
  expect(log).toEqual(["bolt orders/com.shop.Orders:1.0/cancel 200 OK - in-doubt attempts=2 0ms"]);
});
