import type { Explanation } from "@dualmesh/codecs/explain";

/** So many bytes of a span are shown; the rest is a point of ellipsis. */
const SHOWN_BYTES = 8;

/**
 * One line for each piece of the bytes: where it is, its bytes, what it is.
 *
 * ```text
 * 0000  7a                        #0 list of 2
 * 0001  90                          [0]: int 0
 * ```
 */
export function formatExplanation({ spans, error }: Explanation, bytes: Buffer): string {
  const width = Math.max(4, bytes.length.toString(16).length);
  const line = (at: number, length: number, depth: number, what: string): string => {
    const shown = bytes.subarray(at, at + Math.min(length, SHOWN_BYTES)).toString("hex");
    const pairs = shown.replaceAll(/..(?=.)/g, "$& ") + (length > SHOWN_BYTES ? " …" : "");
    const place = at.toString(16).padStart(width, "0");
    return `${place}  ${pairs.padEnd(3 * SHOWN_BYTES + 2)}${"  ".repeat(depth)}${what}\n`;
  };
  const lines = spans.map(({ at, length, depth, what }) => line(at, length, depth, what));
  const end = spans.reduce((far, { at, length }) => Math.max(far, at + length), 0);
  if (error !== undefined && end < bytes.length)
    lines.push(line(end, bytes.length - end, 0, "not understood"));
  return lines.join("");
}
