import type { DubboFrame } from "@dualmesh/codecs/dubbo";

const HEAD_BYTES = 16;

/** All that stands behind the head: `DubboFrame.body` would go over it to cut its attachments off. */
export function bodyOf(frame: DubboFrame): Buffer {
  const { bytes } = frame;
  const [first] = bytes;
  const whole = bytes.length === 1 && first !== undefined ? first : Buffer.concat(bytes);
  return whole.subarray(HEAD_BYTES);
}
