import { crc32 } from "node:zlib";
import { DecodeError } from "../limits/decode-error.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { BoltFrame } from "./frame.ts";
import { type BoltHead, createBoltHead, readBoltHead } from "./head.ts";
import { checkBoltHeaders } from "./header-map.ts";

/**
 * The frame that is all of `bytes`, which it keeps.
 *
 * @param limits Of them, `maxHeaders` counts here. Default 256.
 * @throws {DecodeError} for another head than `readBoltHead` takes, for bytes that are too few or too many, for a check sum
 * that is wrong (`DATA_LOSS`), and for a header map whose lengths do not fit.
 */
export function readBoltFrame(bytes: Buffer, limits?: Pick<DecodeLimits, "maxHeaders">): BoltFrame {
  const head = createBoltHead();
  const length = readBoltHead(bytes, 0, head);
  if (length !== bytes.length) {
    const what = length === 0 ? "a head of at least 20" : `a frame of ${length}`;
    throw new DecodeError("DATA_LOSS", `bolt frame: ${bytes.length} bytes for ${what} bytes`, bytes.length);
  }
  return frameOf(head, bytes, limits?.maxHeaders ?? 256);
}

function frameOf(head: BoltHead, bytes: Buffer, maxHeaders: number): BoltFrame {
  const { headLength, classLength, headersLength, contentLength, hasChecksum } = head;
  const contentAt = headLength + classLength + headersLength;
  if (hasChecksum) {
    const end = contentAt + contentLength;
    const [expected, found] = [crc32(bytes.subarray(0, end)), bytes.readUInt32BE(end)];
    if (expected !== found) {
      const what = `its check sum is ${hex(found)}, that of its bytes ${hex(expected)}`;
      throw new DecodeError("DATA_LOSS", `bolt frame: ${what}`, end);
    }
  }
  if (headersLength > 0) checkBoltHeaders(bytes, headLength + classLength, contentAt, maxHeaders);
  return new BoltFrame({
    front: bytes,
    headLength,
    names: bytes,
    namesAt: headLength,
    classLength,
    headersLength,
    content: bytes,
    contentAt,
    contentLength,
    hasChecksum,
    whole: bytes,
  });
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, "0");
}
