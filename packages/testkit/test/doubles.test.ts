import { BodyPipe, bytesBody, CANCELLED, createHeaders } from "@dualmesh/core";
import { expect, test } from "vitest";
import {
  bodyRecorder,
  bodyText,
  callFor,
  manualClock,
  recordingMetrics,
  textRequest,
  textResponse,
} from "../src/index.ts";

test("a call on a manual clock begins now, and its timeout counts from now", () => {
  const clock = manualClock({ nowMs: 40 });
  const call = callFor(clock, { timeoutMs: 250 });
  expect(call.startMs).toBe(40);
  expect(call.deadlineMs).toBe(290);
  expect(callFor(clock).deadlineMs).toBe(Number.POSITIVE_INFINITY);
});

test("a text request fills in what a test does not care about", () => {
  const plain = textRequest();
  expect(plain.head).toMatchObject({ method: "GET", path: "/", authority: "orders.test", exchange: "unary" });
  expect(plain.body.kind).toBe("none");
  expect(textRequest({ body: "{}" }).head.method).toBe("POST");
});

test("headers are written as an object, or as a list where a name repeats", async () => {
  const request = textRequest({ headers: { "X-User": "ann" } });
  expect(request.head.headers.get("x-user")).toBe("ann");
  const response = textResponse(200, "hi", ["set-cookie", "a=1", "set-cookie", "b=2"]);
  expect(response.head.headers.getAll("Set-Cookie")).toEqual(["a=1", "b=2"]);
  expect(await bodyText(response.body)).toBe("hi");
});

test("a request takes a ready body as it is", () => {
  const body = bytesBody("ready");
  expect(textRequest({ body }).body).toBe(body);
});

test("a recorder tells what a body did, in order, and pauses when its credit is spent", () => {
  const pipe = new BodyPipe();
  const reader = bodyRecorder({ pauseAfterChunks: 2 });
  pipe.read(reader);
  expect(pipe.write(Buffer.from("a"))).toBe(true);
  expect(pipe.write(Buffer.from("b"))).toBe(false);
  pipe.end(createHeaders(["grpc-status", "0"]));
  expect(reader.events).toEqual(["chunk a", "chunk b", "end grpc-status=0"]);
  expect(reader.text).toBe("ab");
  expect(reader.bytes).toEqual(Uint8Array.of(0x61, 0x62));
  expect(reader.trailers?.get("grpc-status")).toBe("0");
});

test("a recorder keeps the reason of a reset", () => {
  const pipe = new BodyPipe();
  const reader = bodyRecorder();
  pipe.read(reader);
  pipe.reset(CANCELLED);
  expect(reader.events).toEqual(["reset DC"]);
  expect(reader.reason).toBe(CANCELLED);
});

test("recorded metrics are read by name", () => {
  const metrics = recordingMetrics();
  metrics.counter("cluster.orders.upstream_rq_total").add();
  metrics.counter("cluster.orders.upstream_rq_total").add(2);
  metrics.gauge("cluster.orders.upstream_rq_active").set(7);
  metrics.gauge("cluster.orders.upstream_rq_active").add(-3);
  metrics.histogram("cluster.orders.upstream_rq_time").record(12);
  expect(metrics.value("cluster.orders.upstream_rq_total")).toBe(3);
  expect(metrics.value("cluster.orders.upstream_rq_active")).toBe(4);
  expect(metrics.recorded("cluster.orders.upstream_rq_time")).toEqual([12]);
  expect(metrics.names()).toHaveLength(3);
});

test("one name as two kinds is refused", () => {
  const metrics = recordingMetrics();
  metrics.counter("x");
  expect(() => metrics.gauge("x")).toThrow('metrics: "x" is a counter, it was asked for as a gauge');
});
