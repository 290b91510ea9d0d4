import { describe, expect, test } from "vitest";
import { createHessian, JavaObject, java } from "../../src/hessian/index.ts";

const hessian = createHessian({ dialect: "4" });

describe("classes of Java whose fields are no such numbers stay the objects that they are", () => {
  test.each([
    ["java.math.BigInteger", { signum: Number.NaN, mag: [1] }],
    ["java.math.BigInteger", { signum: 1, mag: [1.5] }],
    ["java.math.BigInteger", { signum: 1, mag: new Array(1_025).fill(-1) }],
    ["java.util.concurrent.atomic.AtomicLong", { value: 1.5 }],
    ["java.util.UUID", { mostSigBits: 0.5, leastSigBits: 1 }],
    ["com.alibaba.com.caucho.hessian.io.java8.DurationHandle", { seconds: 1.5, nanos: 0 }],
    ["com.alibaba.com.caucho.hessian.io.java8.DurationHandle", { seconds: 1, nanos: Number.NaN }],
    ["com.alibaba.com.caucho.hessian.io.java8.InstantHandle", { seconds: Number.NaN, nanos: 0 }],
    ["com.alibaba.com.caucho.hessian.io.java8.LocalDateHandle", { year: 0.1, month: 1, day: 1 }],
  ])("%s of %o", (name, fields) => {
    expect(hessian.decode(hessian.encode(JavaObject.of(name, Object.entries(fields))))).toBeInstanceOf(
      JavaObject,
    );
  });
});
