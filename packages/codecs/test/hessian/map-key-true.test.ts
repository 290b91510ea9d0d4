import { expect, test } from "vitest";
import { createHessian, java } from "../../src/hessian/index.ts";

test.each(["3", "4"] as const)(
  "a map whose first key is true is read as it was written, in dialect %s",
  (dialect) => {
    const type = java.map(java.boolean, java.int);
    const hessian = createHessian({ dialect });
    const map = new Map([
      [true, 1],
      [false, 2],
    ]);
    expect(hessian.decode(hessian.encode(map, type), type)).toEqual(map);
  },
);
