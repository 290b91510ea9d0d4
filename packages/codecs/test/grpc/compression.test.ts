import { expect, test } from "vitest";
import { compressMessage, decompressMessage } from "../../src/grpc/index.ts";

const MESSAGE = Buffer.from("twelve bytes".repeat(100));

test.each(["gzip", "deflate"] as const)("%s comes back as it was", async (encoding) => {
  const compressed = await compressMessage(encoding, MESSAGE);
  expect(compressed.length).toBeLessThan(100);
  expect(await decompressMessage(encoding, compressed, MESSAGE.length)).toEqual(MESSAGE);
  expect(await decompressMessage(encoding, compressed, Number.POSITIVE_INFINITY)).toEqual(MESSAGE);
});

test.each(["gzip", "deflate"] as const)("%s of nothing is nothing", async (encoding) => {
  const compressed = await compressMessage(encoding, Buffer.alloc(0));
  expect(await decompressMessage(encoding, compressed, 100)).toEqual(Buffer.alloc(0));
});

test("a bomb stops at the limit", async () => {
  const bomb = await compressMessage("gzip", Buffer.alloc(64 * 1024 * 1024));
  const before = process.memoryUsage().arrayBuffers;
  const refusal = await decompressMessage("gzip", bomb, 1_000).catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    code: "RESOURCE_EXHAUSTED",
    rawMessage: `grpc message: ${bomb.length} bytes of gzip are over the limit of 1000 bytes when decompressed`,
  });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
});

test.each(["gzip", "deflate"] as const)("what is no %s is refused", async (encoding) => {
  for (const bytes of [
    Buffer.from("no such thing"),
    Buffer.alloc(0),
    (await compressMessage(encoding, MESSAGE)).subarray(0, 20),
  ]) {
    await expect(decompressMessage(encoding, bytes, 1_000_000)).rejects.toMatchObject({
      code: "INTERNAL",
      rawMessage: expect.stringContaining(`grpc message: it is no ${encoding}: `),
    });
  }
});
