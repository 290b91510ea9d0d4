import fc from "fast-check";
import { expect, test } from "vitest";
import { ENVOY, STRICT } from "../../src/http1/index.ts";
import { connectionBytes, responseBytes } from "./arbitrary-messages.ts";
import { cut, readRequests, readResponses, type Seen } from "./read-messages.ts";

/** What counts of what was seen: everything but where the bytes were cut. */
function told(seen: Seen<object>): unknown {
  const messages = seen.messages.map(({ head, ...rest }) => ({ ...head, headers: undefined, ...rest }));
  return { messages, error: seen.error };
}

const CUTS = fc.array(fc.nat(2_000), { maxLength: 12 });

test.each([
  ["strict", STRICT],
  ["Envoy's", ENVOY],
  ["narrow", { ...ENVOY, maxHeadBytes: 64, maxFields: 3 }],
])("however the bytes of requests are cut, the same is read: %s rules", (_, rules) => {
  fc.assert(
    fc.property(connectionBytes, CUTS, fc.boolean(), (bytes, at, byteByByte) => {
      const offsets = byteByByte ? [...bytes.keys()] : at.map((offset) => offset % (bytes.length + 1));
      expect(told(readRequests(cut(bytes, offsets), rules))).toEqual(told(readRequests([bytes], rules)));
    }),
    { numRuns: 400 },
  );
});

test("however the bytes of responses are cut, the same is read", () => {
  fc.assert(
    fc.property(responseBytes, CUTS, fc.boolean(), ({ bytes, method }, at, byteByByte) => {
      const offsets = byteByByte ? [...bytes.keys()] : at.map((offset) => offset % (bytes.length + 1));
      const pieces = readResponses(cut(bytes, offsets), method, ENVOY);
      expect(told(pieces)).toEqual(told(readResponses([bytes], method, ENVOY)));
    }),
    { numRuns: 400 },
  );
});
