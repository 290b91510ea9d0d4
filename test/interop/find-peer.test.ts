import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { describeWithPeers, GO_PEER, lackOfPeers, PYTHON_PEER } from "./peers/find-peer.ts";

describe("finding the peers of gRPC", () => {
  const here = fileURLToPath(new URL(".", import.meta.url));

  test("they are there if all their folders are", () => {
    expect(lackOfPeers({ CI: "true" }, [here, here])).toBeUndefined();
  });

  test("if one is not, the reason names the command that makes them", () => {
    expect(lackOfPeers({}, [here, "/nowhere"])).toContain("test/interop/peers/get-peers.sh");
  });

  test("if one is not, CI fails in place of skipping", () => {
    expect(() => lackOfPeers({ CI: "true" }, [here, "/nowhere"])).toThrow("under CI=true they must be there");
  });
});

describeWithPeers("the peers of gRPC", () => {
  test("are where they are looked for", () => {
    expect(() => execFileSync(GO_PEER.command, ["nothing", "nowhere"], { stdio: "pipe" })).toThrow(
      "no such part: nothing",
    );
    const version = execFileSync(PYTHON_PEER.command, ["-c", "import grpc; print(grpc.__version__)"], {
      env: { ...process.env, ...PYTHON_PEER.env },
      encoding: "utf8",
    });
    expect(version.trim()).toBe("1.85.1");
  });
});
