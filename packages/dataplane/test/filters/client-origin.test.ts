import { createHeaders } from "@dualmesh/core";
import { compileCidrSet } from "@dualmesh/matching";
import { expect, test } from "vitest";
import { isInternal, markOrigin } from "../../src/filters/client-origin.ts";

const MESH = { ranges: compileCidrSet(["10.0.0.0/8", "::1"]), unixSockets: false };

// As Envoy 1.40 judged them.
test.each<[string[], boolean]>([
  [[], false],
  [["10.1.2.3"], true],
  [["10.1.2.3 "], true],
  [["::1"], true],
  [["1.2.3.4"], false],
  [["1.2.3.4,10.1.2.3"], false],
  [["10.1.2.3,10.1.2.3"], false],
  [["10.1.2.3", "10.1.2.3"], false],
  [["10.1.2.3:80"], false],
  [["nonsense"], false],
])("behind a trusted peer that says %j a client is internal: %s", (values, expected) => {
  const headers = createHeaders(values.flatMap((value) => ["x-forwarded-for", value]));
  expect(isInternal(MESH, headers, "10.9.9.9", true)).toBe(expected);
  expect(isInternal(undefined, headers, "10.9.9.9", true)).toBe(false);
});

test.each<[string | undefined, string[], boolean]>([
  ["10.1.2.3", [], true],
  ["192.0.2.1", [], false],
  ["10.1.2.3", ["x-forwarded-for", "10.1.2.3"], false],
  ["", [], false],
  [undefined, [], false],
])("at the edge a peer at %j with %j is internal: %s", (peer, flat, expected) => {
  expect(isInternal(MESH, createHeaders(flat), peer, false)).toBe(expected);
});

test("a Unix socket is within where that is said", () => {
  expect(isInternal({ ...MESH, unixSockets: true }, createHeaders(), "", false)).toBe(true);
});

test("what a stranger tells the mesh is taken off, all else is left", () => {
  const flat = [
    "X-Envoy-Retry-On",
    "5xx",
    "x-envoy-internal",
    "true",
    "x-envoy-original-path",
    "/x",
    "x-mine",
    "1",
  ];
  const outside = createHeaders(flat);
  markOrigin(outside, false);
  expect(outside.flat()).toEqual(["x-envoy-original-path", "/x", "x-mine", "1"]);
  const inside = createHeaders(flat);
  markOrigin(inside, true);
  expect(inside.flat()).toEqual(flat);
  const plain = createHeaders(["x-mine", "1"]);
  markOrigin(plain, false);
  expect(plain.changed).toBe(false);
});
