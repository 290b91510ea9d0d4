import { expect, test } from "vitest";
import { formatTime } from "../src/format-time.ts";

const AT_MS = Date.UTC(2026, 10, 29, 0, 48, 6, 503);

// As Envoy 1.40 wrote them.
test.each([
  ["", "2026-11-29T00:48:06.503Z"],
  ["%Y-%m-%dT%H:%M:%S.%3f", "2026-11-29T00:48:06.503"],
  ["%s.%3f", "1795913286.503"],
  ["%f", "503000000"],
  ["%9f %6f %1f", "503000000 503000 5"],
  ["%E3S %E*S", "06.503 06.503"],
  ["%Ez %z %Z", "+00:00 +0000 UTC"],
  ["%d/%b/%Y:%H:%M:%S %z", "29/Nov/2026:00:48:06 +0000"],
  [
    "%a %A %B %j %U %y %e %I %p %D %T %F %R %t %C %u %w",
    "Sun Sunday November 333 48 26 29 12 AM 11/29/26 00:48:06 2026-11-29 00:48 \t 20 7 0",
  ],
  ["%c", "Sun Nov 29 00:48:06 2026"],
  ["%x %X", "11/29/26 00:48:06"],
  ["%h %k %l %G %V", "Nov  0 12 2026 48"],
  ["%E4Y %%", "2026 %"],
  ["%Q %L %ES plain", "%Q %L %ES plain"],
])("with %j it is %j", (format, expected) => {
  expect(formatTime(AT_MS, format)).toBe(expected);
});

test.each([
  [Date.UTC(2027, 0, 1), "2026 53 00 00"],
  [Date.UTC(2024, 11, 30), "2025 01 52 53"],
  [Date.UTC(2023, 0, 1), "2022 52 01 00"],
])("at %d the weeks are %j", (atMs, expected) => {
  expect(formatTime(atMs, "%G %V %U %W")).toBe(expected);
});
