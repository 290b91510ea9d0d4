import { expect, test } from "vitest";
import { type HostRules, normalizeHost } from "../../src/filters/normalize-host.ts";

const NONE: HostRules = { stripPort: "never", stripTrailingDot: false };
const ANY: HostRules = { ...NONE, stripPort: "any" };
const MATCHING: HostRules = { ...NONE, stripPort: "matching" };
const DOT: HostRules = { ...NONE, stripTrailingDot: true };

// As Envoy 1.40 answered them.
test.each([
  ["h.test", "h.test"],
  ["h.test:80", "h.test"],
  ["h.test:080", "h.test"],
  ["h.test:+80", "h.test"],
  ["h.test:0", "h.test"],
  ["h.test:99999", "h.test"],
  ["h.test:4294967295", "h.test"],
  ["h.test:4294967296", "h.test:4294967296"],
  ["h.test:-1", "h.test:-1"],
  ["h.test:abc", "h.test:abc"],
  ["h.test:8.0", "h.test:8.0"],
  ["h.test:0x50", "h.test:0x50"],
  ["h.test:", "h.test:"],
  ["h.test.:80", "h.test."],
  ["h.test:80.", "h.test:80."],
  ["h.test:80:90", "h.test:80"],
  [":80", ""],
  ["", ""],
  ["[::1]", "[::1]"],
  ["[::1]:80", "[::1]"],
  ["[::1]:", "[::1]:"],
  ["[::1].:80", "[::1]."],
  // No address of IPv6 stands without brackets.
  ["::1", ":"],
])("without any port %j is %j", (authority, expected) => {
  expect(normalizeHost(authority, ANY, 0)).toBe(expected);
});

test.each([
  ["h.test:10000", "h.test"],
  ["h.test:010000", "h.test"],
  ["[::1]:10000", "[::1]"],
  ["a:b:10000", "a:b"],
  ["h.test:80", "h.test:80"],
  ["h.test", "h.test"],
  ["h.test:", "h.test:"],
])("without the port of its connection %j is %j", (authority, expected) => {
  expect(normalizeHost(authority, MATCHING, 10_000)).toBe(expected);
});

test.each([
  ["h.test.", "h.test"],
  ["h.test..", "h.test."],
  ["h.test.:80", "h.test:80"],
  ["h.test:80.", "h.test:80"],
  ["h.test..:80", "h.test.:80"],
  ["h.test:8.0", "h.test:8.0"],
  [".", ""],
  [".:80", ":80"],
  ["1.2.3.4", "1.2.3.4"],
  ["[::1].", "[::1]"],
  ["[::1].:80", "[::1]:80"],
  ["", ""],
])("without the dot behind it %j is %j", (authority, expected) => {
  expect(normalizeHost(authority, DOT, 0)).toBe(expected);
});

test.each([
  ["h.test.:80", "h.test"],
  // The port comes to the end when the dot is gone.
  ["h.test:80.", "h.test"],
  ["h.test..:80", "h.test."],
  [".:80", ""],
])("without either %j is %j", (authority, expected) => {
  expect(normalizeHost(authority, { ...ANY, stripTrailingDot: true }, 0)).toBe(expected);
});
