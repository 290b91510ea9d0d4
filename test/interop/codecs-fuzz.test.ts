import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const FUZZ = fileURLToPath(new URL("../../packages/codecs/bench/fuzz/fuzz.ts", import.meta.url));

/** Longer runs are by command: `npm run fuzz -w @dualmesh/codecs -- hessian 600`. Seconds. */
const EACH_S = 5;

test.each(["hessian", "frames", "http1", "http2"])(
  `%s withstands ${EACH_S} seconds of bytes that are nearly right; its seeds are printed`,
  async (codec) => {
    const args = ["--conditions=@dualmesh/source", FUZZ, codec, String(EACH_S)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
    const [said, failure, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    console.log(said.trimEnd().split("\n").slice(-2).join("\n"));
    expect(failure.replace(/.*Warning.*\n.*\n/g, "")).toBe("");
    expect(code).toBe(0);
  },
  60_000,
);
