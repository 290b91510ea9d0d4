import { expect, test } from "vitest";
import { parseRetryOn } from "../src/index.ts";

test.each([
  { text: "5xx", conditions: ["5xx"], unknown: [] },
  { text: " reset , unavailable,5xx,reset", conditions: ["reset", "unavailable", "5xx"], unknown: [] },
  { text: "5xx,no-such-thing,503", conditions: ["5xx"], unknown: ["no-such-thing", "503"] },
  { text: "5XX", conditions: [], unknown: ["5XX"] },
  { text: ",, ", conditions: [], unknown: [] },
])('"$text" gives $conditions, and knows nothing of $unknown', ({ text, conditions, unknown }) => {
  expect(parseRetryOn(text)).toEqual({ conditions, unknown });
});
