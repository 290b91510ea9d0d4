import { expect, test } from "vitest";
import { missingName } from "../src/index.ts";

test.each([
  [[], 'expected the name of a cluster, got "x"; there is none'],
  [["b", "a"], 'expected the name of a cluster, got "x"; there are a, b'],
  [
    "j i h g f e d c b a".split(" "),
    'expected the name of a cluster, got "x"; there are a, b, c, d, e, f, g, h and 2 more',
  ],
])("a name that is not among %j is told with those that are", (known, sentence) => {
  expect(missingName("cluster", "x", known)).toBe(sentence);
});
