import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { describeWithEnvoy, ENVOY_VERSION, findEnvoy } from "./envoy-binary.ts";

describe("finding Envoy", () => {
  const node = process.execPath;

  test.each([
    ["the variable ENVOY comes first", { ENVOY: node }, "/nowhere", { kind: "found", path: node }],
    ["an empty ENVOY names nothing", { ENVOY: "" }, node, { kind: "found", path: node }],
    ["else the installed one is taken", { CI: "true" }, node, { kind: "found", path: node }],
  ] as const)("%s", (_, env, installed, expected) => {
    expect(findEnvoy(env, installed)).toEqual(expected);
  });

  test("without one, the reason names the command that installs it", () => {
    expect(findEnvoy({}, "/nowhere")).toEqual({
      kind: "missing",
      reason: expect.stringContaining("test/interop/get-envoy.sh") as string,
    });
  });

  test("without one, CI fails in place of skipping", () => {
    expect(() => findEnvoy({ CI: "true" }, "/nowhere")).toThrow("under CI=true it must be there");
  });

  test("an ENVOY that cannot be run is an error, not a skip", () => {
    expect(() => findEnvoy({ ENVOY: "/nowhere" })).toThrow("ENVOY=/nowhere is not an executable file");
  });
});

describeWithEnvoy("the pinned Envoy", (envoy) => {
  test("is the pinned version", () => {
    const named = (process.env["ENVOY"] ?? "") !== "";
    const version = execFileSync(envoy, ["--version"], { encoding: "utf8" });
    expect(version).toContain(named ? "version: " : `/${ENVOY_VERSION}/`);
  });

  test("accepts a small configuration", () => {
    const config = JSON.stringify({ admin: { address: { pipe: { path: "/tmp/unused.sock" } } } });
    const output = execFileSync(envoy, ["--mode", "validate", "-l", "error", "--config-yaml", config], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(output).toContain("OK");
  });
});
