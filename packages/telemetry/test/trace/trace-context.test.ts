import { type Call, createCall, type Headers } from "@dualmesh/core";
import { type HeaderInput, randomOf, seededRandom, textRequest, textResponse } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { parseTraceparent, TRACE, type TraceContextOptions, traceContext } from "../../src/index.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const CALLER = `00-${TRACE_ID}-b7ad6b7169203331-01`;

/** What the next hop sees of a request with these headers. */
async function pass(
  headers: HeaderInput,
  options: TraceContextOptions = {},
): Promise<{ sent: Headers; call: Call }> {
  const call = createCall();
  const request = textRequest({ headers });
  const filter = traceContext({ random: seededRandom(7), ...options });
  await filter(() => Promise.resolve(textResponse()))(request, call);
  return { sent: request.head.headers, call };
}

describe("a trace", () => {
  test("goes on: same trace, same flags, a span of ours in place of the caller's", async () => {
    const { sent, call } = await pass({ traceparent: CALLER });
    const span = call.get(TRACE);
    expect(span).toMatchObject({ traceId: TRACE_ID, parentSpanId: "b7ad6b7169203331", flags: 1 });
    expect(sent.getAll("traceparent")).toEqual([`00-${TRACE_ID}-${span?.spanId}-01`]);
    expect(span?.spanId).not.toBe("b7ad6b7169203331");
  });

  test("that the caller does not sample stays unsampled", async () => {
    const { sent } = await pass({ traceparent: CALLER.replace(/01$/, "00") }, { sampleRatio: 1 });
    expect(sent.get("traceparent")).toMatch(/-00$/);
  });

  test("of a later version goes on as version 00", async () => {
    const { sent } = await pass({ traceparent: `cc${CALLER.slice(2)}-more` });
    expect(sent.get("traceparent")).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`));
  });

  test("begins here where there is none", async () => {
    const { sent, call } = await pass({});
    const written = parseTraceparent(sent.get("traceparent") ?? "");
    expect(written?.flags).toBe(0x03);
    expect(call.get(TRACE)).toEqual({ ...written, parentSpanId: undefined });
  });

  test.each([
    ["it is invalid", { traceparent: CALLER.toUpperCase() }],
    ["there are several", ["traceparent", CALLER, "Traceparent", CALLER]],
  ])("begins anew where %s", async (_, headers) => {
    const { sent } = await pass(headers as HeaderInput);
    expect(sent.getAll("traceparent")).toHaveLength(1);
    expect(sent.get("traceparent")).not.toContain(TRACE_ID);
  });

  test("is not there for a call that no filter gave one", () => {
    expect(createCall().get(TRACE)).toBeUndefined();
  });
});

describe("sampling", () => {
  test("draws for traces that begin here", async () => {
    const ids = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
    const below = await pass({}, { sampleRatio: 0.25, random: randomOf(0.24, ...ids) });
    expect(below.sent.get("traceparent")).toMatch(/-03$/);
    const above = await pass({}, { sampleRatio: 0.25, random: randomOf(0.25, ...ids) });
    expect(above.sent.get("traceparent")).toMatch(/-02$/);
  });

  test("of none samples none", async () => {
    const { sent } = await pass({}, { sampleRatio: 0, random: () => 0 });
    expect(sent.get("traceparent")).toMatch(/-02$/);
  });

  test.each([-0.1, 1.1, Number.NaN])("refuses a ratio of %s", (sampleRatio) => {
    expect(() => traceContext({ sampleRatio })).toThrow(
      new RangeError(`trace context: sampleRatio must be from 0 to 1, got ${sampleRatio}`),
    );
  });
});

describe("tracestate", () => {
  test("is passed on as it came, byte for byte", async () => {
    const state = ["tracestate", "a=1 ,, b=2", "tracestate", "c=3"];
    const { sent } = await pass(["traceparent", CALLER, ...state]);
    expect(sent.getAll("tracestate")).toEqual(["a=1 ,, b=2", "c=3"]);
  });

  test.each([
    ["one entry is malformed", ["traceparent", CALLER, "tracestate", "good=1,B A D"]],
    ["there is no traceparent", ["tracestate", "a=1"]],
    ["the traceparent is invalid", ["traceparent", "00-1-2-3", "tracestate", "a=1"]],
  ])("is dropped where %s", async (_, headers) => {
    const { sent } = await pass(headers);
    expect(sent.has("tracestate")).toBe(false);
  });
});
