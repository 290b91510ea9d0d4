import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { playSuite, type StartProxy } from "./decision-suites/play-suite.ts";
import { readSuites, type Suite } from "./decision-suites/suite.ts";
import { describeWithEnvoy } from "./envoy-binary.ts";
import { startDualmeshSidecar, startEnvoy } from "./stage/sidecar-process.ts";
import { type TemporaryFolder, temporaryFolder } from "./stage/temporary-folder.ts";

const suites = readSuites();

describe("our sidecar decides as Envoy was seen to", () => {
  playAll((options) => startDualmeshSidecar(options, "--no-control-socket"));
});

describeWithEnvoy("Envoy decides as it was seen to", (binary) => {
  playAll((options) => startEnvoy(binary, options));
});

/** Several at once: most of the time goes into starting, and into waiting for time-outs. */
function playAll(start: StartProxy): void {
  let folder: TemporaryFolder;
  beforeAll(async () => {
    folder = await temporaryFolder();
    // Our sidecar then compiles its modules once and not seventy times: half of the time.
    vi.stubEnv("NODE_COMPILE_CACHE", join(folder.path, "compiled"));
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    return folder[Symbol.asyncDispose]();
  });

  test.concurrent.each(suites.map((suite): [string, Suite] => [titleOf(suite), suite]))(
    "%s",
    async (_, suite) => {
      expect(await playSuite(suite, start, folder)).toEqual([]);
    },
  );
}

function titleOf({ suite, about, cases }: Suite): string {
  return `${suite} (${cases.length} cases): ${about}`;
}
