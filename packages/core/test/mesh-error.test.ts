import { describe, expect, test } from "vitest";
import { CANCELLED, MeshError, type Reset, resetError, toReset } from "../src/index.ts";

/** The same module once more, as when two versions of the package are installed side by side. */
const copy: typeof import("../src/mesh-error.ts") = await import(`../src/mesh-error.ts?${"copy"}`);

describe("a mesh error", () => {
  test("puts its code before its sentence, and keeps the sentence alone too", () => {
    const error = new MeshError("UNAVAILABLE", 'cluster "orders": no endpoints', { flag: "UH" });
    expect(String(error)).toBe('MeshError: [UNAVAILABLE] cluster "orders": no endpoints');
    expect(error).toMatchObject({
      code: "UNAVAILABLE",
      flag: "UH",
      execution: "not-executed",
      rawMessage: 'cluster "orders": no endpoints',
    });
  });

  test("has a cause only where it was given one", () => {
    const cause = new Error("ECONNREFUSED");
    expect(new MeshError("INTERNAL", "x", { cause }).cause).toBe(cause);
    expect("cause" in new MeshError("INTERNAL", "x")).toBe(false);
  });

  test("of another copy of the package is recognised, where instanceof is not enough", () => {
    const foreign = new copy.MeshError("NOT_FOUND", "no such cluster");
    expect(foreign).not.toBeInstanceOf(MeshError);
    expect(MeshError.is(foreign)).toBe(true);
    expect(copy.MeshError.is(new MeshError("OK", ""))).toBe(true);
  });

  test.each([new Error("plain"), { code: "UNAVAILABLE", message: "looks like one" }, undefined, "text"])(
    "is not seen in %o",
    (value) => {
      expect(MeshError.is(value)).toBe(false);
    },
  );
});

describe("resets and errors", () => {
  const LOST: Reset = { code: "UNAVAILABLE", flag: "UC", message: "connection lost", execution: "in-doubt" };

  test("turn into each other without loss", () => {
    const back = toReset(resetError(LOST));
    expect(back).toMatchObject(LOST);
  });

  test("keep the original as cause", () => {
    const cause = new Error("ECONNRESET");
    expect(resetError({ ...LOST, cause }).cause).toBe(cause);
    expect("cause" in resetError(CANCELLED)).toBe(false);
  });

  test("of another copy keep code, flag and execution", () => {
    const foreign = new copy.MeshError("ABORTED", "x", { flag: "UR", execution: "executed" });
    expect(toReset(foreign)).toMatchObject({
      code: "ABORTED",
      flag: "UR",
      execution: "executed",
      message: "x",
    });
  });

  test.each([
    [new TypeError("x is not a function"), "x is not a function"],
    ["a string was thrown", "a string was thrown"],
    [undefined, "undefined"],
  ])("whatever else was thrown (%o) is a defect of ours, and in doubt", (thrown, message) => {
    expect(toReset(thrown)).toEqual({
      code: "INTERNAL",
      flag: "",
      execution: "in-doubt",
      message,
      cause: thrown,
    });
  });
});
