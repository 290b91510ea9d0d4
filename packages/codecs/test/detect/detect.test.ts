import { createDetector, type Detection, type WireProtocol } from "@dualmesh/codecs/detect";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const ALL: readonly WireProtocol[] = ["http1", "h2", "tls", "bolt", "tr", "dubbo"];
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** `found` as the protocol alone. */
function seen(bytes: string | Uint8Array, allowed: readonly WireProtocol[] = ALL): string {
  const detection = createDetector(allowed).detect(
    typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes,
  );
  return detection.kind === "found" ? detection.protocol : detection.kind;
}

describe("what the first bytes say", () => {
  test.each([
    ["", "more"],
    ["GET / HTTP/1.1", "http1"],
    ["GET ", "http1"],
    ["GET", "more"],
    ["PROPFIND ", "http1"],
    ["GE ", "none"],
    ["MKCALENDA", "none"],
    ["get /", "none"],
    ["G-T /", "none"],
    ["SSH-2.0-OpenSSH", "none"],
    [PREFACE, "h2"],
    [PREFACE.slice(0, -1), "more"],
    ["PRI * HTTP/1.1", "http1"],
    ["PRI / HTTP/1.1", "http1"],
    ["PRX", "more"],
    ["\x16\x03", "tls"],
    ["\x16", "more"],
    ["\x16\x02", "none"],
    // Bolt: a heartbeat of v1, of v2, an answer, a one-way request, GoAway; and what only begins so.
    ["\x01\x01\x00\x00\x01", "bolt"],
    ["\x02\x02\x01\x00\x00\x01", "bolt"],
    ["\x01\x00\x00\x02", "bolt"],
    ["\x02\x01\x02\x00\x01", "bolt"],
    ["\x01\x01\x00\x64", "bolt"],
    ["\x01\x01\x00", "more"],
    ["\x01\x03", "none"],
    ["\x01\x01\x01", "none"],
    ["\x01\x01\x00\x03", "none"],
    ["\x02\x03", "none"],
    ["\x02\x01\x03", "none"],
    ["\x02\x01\x01\x00\x03", "none"],
    ["\x03", "none"],
    ["\x0d", "tr"],
    ["\x0d\x0a", "tr"],
    ["\xda\xbb", "dubbo"],
    ["\xda", "more"],
    ["\xda\xbc", "none"],
    ["\x80\x01", "none"],
  ])("%j: %s", (bytes, expected) => {
    expect(seen(bytes)).toBe(expected);
  });
});

describe("what is allowed", () => {
  test.each([
    ["GET / HTTP/1.1", ["h2"], "none"],
    [PREFACE, ["http1"], "http1"],
    [PREFACE, ["h2", "http1"], "h2"],
    ["PRI ", ["http1"], "http1"],
    ["PRI ", ["http1", "h2"], "more"],
    ["\x16", ["http1", "h2"], "none"],
    ["\x01", ["tls", "dubbo"], "none"],
    ["\x0d\x0aGET /", ["http1"], "none"],
  ] as [string, WireProtocol[], string][])("%j of %j: %s", (bytes, allowed, expected) => {
    expect(seen(bytes, allowed)).toBe(expected);
  });

  test("is at least one protocol, and a known one", () => {
    expect(() => createDetector([])).toThrow(RangeError);
    expect(() => createDetector(["gopher" as WireProtocol])).toThrow(
      new RangeError('detector: nobody knows a protocol "gopher"'),
    );
  });

  test.each([
    [["tr"], 1],
    [["tls", "dubbo"], 2],
    [["bolt"], 5],
    [["http1"], 9],
    [ALL, 24],
  ] as [WireProtocol[], number][])("says how many bytes are always enough: %j, %i", (allowed, maxBytes) => {
    expect(createDetector(allowed).maxBytes).toBe(maxBytes);
  });
});

const ALLOWED = fc.uniqueArray(fc.constantFrom(...ALL), { minLength: 1 });
/** Bytes at random, and such as begin like something. */
const BYTES = fc
  .tuple(
    fc.constantFrom(
      "",
      "GET ",
      "POST",
      PREFACE,
      "PRI * HT",
      "\x16\x03",
      "\x01\x01\x00",
      "\x02\x01\x01\x00",
      "\xda",
      "\r\n",
      "\r",
    ),
    fc.uint8Array({ maxLength: 30 }),
    fc.nat(24),
  )
  .map(([start, rest, length]) => Buffer.concat([Buffer.from(start, "latin1").subarray(0, length), rest]));

test("an answer never changes when more bytes come, and comes with the last one that is looked at", () => {
  fc.assert(
    fc.property(ALLOWED, BYTES, (allowed, bytes) => {
      const detector = createDetector(allowed);
      let before: Detection = { kind: "more" };
      for (let length = 0; length <= bytes.length; length++) {
        const now = detector.detect(bytes.subarray(0, length));
        expect(before.kind === "more" ? now : before).toEqual(now);
        before = now;
      }
      expect(bytes.length < detector.maxBytes || before.kind !== "more").toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test("nothing is read beyond the bytes that are there, and none of them is written to", () => {
  fc.assert(
    fc.property(ALLOWED, BYTES, (allowed, bytes) => {
      // What stands behind would make something else of them.
      const longer = Buffer.concat([bytes, Buffer.from(PREFACE)]);
      const view = longer.subarray(0, bytes.length);
      const detector = createDetector(allowed);
      expect(detector.detect(view)).toEqual(detector.detect(Buffer.from(bytes)));
      expect(longer).toEqual(Buffer.concat([bytes, Buffer.from(PREFACE)]));
    }),
  );
});
