import { expect, test } from "vitest";
import { withSubject } from "../src/with-subject.ts";

test.each([
  ["expected a name", 'cluster "a": expected a name'],
  ['cluster "a".lb_policy: expected one', 'cluster "a".lb_policy: expected one'],
  ['cluster "a": it is odd', 'cluster "a": it is odd'],
  ['cluster "ab": it is another', 'cluster "a": cluster "ab": it is another'],
])("a problem names its subject once: %s", (problem, sentence) => {
  expect(withSubject({ name: "cluster" }, "a", problem)).toBe(sentence);
});
