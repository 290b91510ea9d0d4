import { createHeaders, type Headers } from "@dualmesh/core";
import { DecodeError } from "../limits/decode-error.ts";

const TRAILERS_FLAG = 0x80;
/** RFC 9110, section 5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;
const BAD_IN_VALUE = /[\0\r\n]/;
const MAX_FIELDS = 256;

/**
 * Trailers as the last frame of a body, as HTTP/1 has them, names in lower case.
 *
 * ```ts
 * import { writeWebTrailers } from "@dualmesh/codecs/grpc-web";
 *
 * const frame = writeWebTrailers([["grpc-status", "0"]]);
 * console.log(frame[0], JSON.stringify(frame.toString("latin1", 5))); // => 128 "grpc-status: 0\r\n"
 * ```
 * @throws {RangeError} for a name that is none, and for a value that would begin another line.
 * @see gRPC, PROTOCOL-WEB.md, "Protocol differences vs gRPC over HTTP2"
 */
export function writeWebTrailers(trailers: Iterable<readonly [name: string, value: string]>): Buffer {
  let text = "";
  for (const [name, value] of trailers) {
    if (!NAME.test(name)) throw new RangeError(`grpc-web trailers: ${JSON.stringify(name)} is no name`);
    if (BAD_IN_VALUE.test(value))
      throw new RangeError(`grpc-web trailers: a control byte in the value of ${name}`);
    text += `${name.toLowerCase()}: ${value}\r\n`;
  }
  const block = Buffer.from(text, "latin1");
  const frame = Buffer.allocUnsafe(5 + block.length);
  frame[0] = TRAILERS_FLAG;
  frame.writeUInt32BE(block.length, 1);
  block.copy(frame, 5);
  return frame;
}

/**
 * The trailers in the frame's block; lines end in CRLF, or in LF alone, the last one perhaps in nothing.
 *
 * @throws {DecodeError} for a line that is no field, and for more than 256 of them.
 */
export function readWebTrailers(block: Buffer): Headers {
  const lines = block.toString("latin1").split("\n", MAX_FIELDS + 2);
  const flat: string[] = [];
  for (const line of lines) {
    const field = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (field === "") continue;
    const colon = field.indexOf(":");
    const name = field.slice(0, Math.max(colon, 0));
    const value = withoutSpace(field, colon + 1);
    if (!NAME.test(name) || BAD_IN_VALUE.test(value)) {
      const what = `line ${flat.length / 2 + 1} is no field`;
      throw new DecodeError("INVALID_ARGUMENT", `grpc-web trailers: ${what}`, 0);
    }
    flat.push(name.toLowerCase(), value);
    if (flat.length > 2 * MAX_FIELDS) {
      const what = `more fields than the limit of ${MAX_FIELDS}, in ${block.length} bytes`;
      throw new DecodeError("RESOURCE_EXHAUSTED", `grpc-web trailers: ${what}`, 0);
    }
  }
  return createHeaders(flat);
}

/** A loop: an expression that looks for the end of each run of spaces takes its length squared. */
function withoutSpace(line: string, start: number): string {
  let from = start;
  let to = line.length;
  while (from < to && isSpace(line, from)) from++;
  while (to > from && isSpace(line, to - 1)) to--;
  return line.slice(from, to);
}

function isSpace(line: string, at: number): boolean {
  return line[at] === " " || line[at] === "\t";
}
