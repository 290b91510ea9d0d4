import { createCall, createHeaders, localReply, NO_BODY, type Request } from "@dualmesh/core";
import type { OpenAttempt, Transport } from "@dualmesh/dataplane";
import { expect, test } from "vitest";
import { createSidecarPath } from "../../src/mode/sidecar-path.ts";

/** A sidecar that takes calls, has begun to read them or not, and never answers. */
function silentTransport(started: boolean): Transport {
  const attempt: OpenAttempt = { started, cancel() {} };
  return { open: () => attempt, async connect() {}, keepAlive() {}, release() {}, async close() {} };
}

function requestOf(method: string): Request {
  const headers = createHeaders();
  const head = { protocol: "http/1.1", exchange: "unary", scheme: "http", path: "/", headers } as const;
  return { head: { ...head, method, authority: "orders" }, body: NO_BODY };
}

const DIRECT = localReply({ status: 200, details: "direct", execution: "executed" });

test.each([
  ["a GET, sent or not, goes on in the process", "GET", true, 200, "executed"],
  ["a POST that still waits for a connection goes on in the process", "POST", false, 200, "executed"],
  ["a POST that may have been read ends with the statement that nobody knows", "POST", true, 503, "in-doubt"],
])("%s", async (_, method, started, status, execution) => {
  const path = createSidecarPath({
    transports: { http1: silentTransport(started), http2: silentTransport(started) },
    address: () => ({ kind: "tcp", host: "127.0.0.1", port: 1 }),
    direct: async () => DIRECT,
    onLoss: "direct",
  });
  const answered = path.service(requestOf(method), createCall());
  expect(path.waiting).toBe(1);
  path.abandon("its connection closed");
  const { head } = await answered;
  expect([head.status, head.local?.execution]).toEqual([status, execution]);
  expect(path.waiting).toBe(0);
});
