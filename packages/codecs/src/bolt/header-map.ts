import { asciiText } from "../hessian/text.ts";
import { DecodeError } from "../limits/decode-error.ts";

/** A name or value of `null` has the length -1. Java's writers leave such pairs out, and its readers drop them. */
export type BoltHeader = readonly [name: string | null, value: string | null];

const NULL_LENGTH = -1;
const SHORT_CHARS = 32;

/** Its lower half: no text of a frame is as long. */
const SHORT_NULL_LENGTH = 0xffff;

/**
 * Reads a header map, as SOFARPC and MOSN write it. The names of an object's prototype are names like others.
 *
 * ```text
 * length 4 | name | length 4 | value | … to the end; UTF-8, lengths signed, -1 for null
 * ```
 * @param maxHeaders Default 256.
 * @throws {DecodeError} `INVALID_ARGUMENT` for another negative length, `DATA_LOSS` for what ends inside of a pair,
 * `RESOURCE_EXHAUSTED` for more pairs than allowed.
 * @see com.alipay.sofa.rpc.codec.common.SimpleMapSerializer
 */
export function readBoltHeaders(bytes: Buffer, maxHeaders = 256): BoltHeader[] {
  checkBoltHeaders(bytes, 0, bytes.length, maxHeaders);
  const headers: BoltHeader[] = [];
  for (let at = 0; at < bytes.length; ) {
    const valueAt = endOfText(bytes, at);
    headers.push([textAt(bytes, at), textAt(bytes, valueAt)]);
    at = endOfText(bytes, valueAt);
  }
  return headers;
}

/** The bytes of a header map. */
export function writeBoltHeaders(headers: Iterable<BoltHeader>): Buffer {
  const texts: (string | null)[] = [];
  for (const [name, value] of headers) texts.push(name, value);
  const bytes = Buffer.allocUnsafe(lengthOfTexts(texts));
  writeTexts(bytes, 0, texts);
  return bytes;
}

/** How many bytes {@link writeTexts} writes. */
export function lengthOfTexts(texts: readonly (string | null)[]): number {
  let length = 0;
  for (const text of texts)
    length += 4 + (text === null ? 0 : isAscii(text) ? text.length : Buffer.byteLength(text));
  return length;
}

/** Names and values in turn, each with its length. */
export function writeTexts(bytes: Buffer, from: number, texts: readonly (string | null)[]): void {
  let at = from;
  for (const text of texts) {
    const length = text === null ? NULL_LENGTH : writeText(bytes, at + 4, text);
    bytes[at] = length >> 24;
    bytes[at + 1] = length >> 16;
    bytes[at + 2] = length >> 8;
    bytes[at + 3] = length;
    at += 4 + (length === NULL_LENGTH ? 0 : length);
  }
}

/** A loop of ours is faster for short texts than a call into C++. */
function writeText(bytes: Buffer, at: number, text: string): number {
  if (text.length > SHORT_CHARS || !isAscii(text)) return bytes.write(text, at);
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return text.length;
}

/**
 * Sees to it that all lengths fit, without looking at what they are the lengths of.
 *
 * @throws {DecodeError} as {@link readBoltHeaders}.
 */
export function checkBoltHeaders(bytes: Buffer, from: number, to: number, maxHeaders: number): void {
  let count = 0;
  for (let at = from; at < to; count++) {
    if (count === maxHeaders) {
      const what = `more pairs than the limit of ${maxHeaders}, in ${to - from} bytes`;
      throw new DecodeError("RESOURCE_EXHAUSTED", `bolt header map: ${what}`, at - from);
    }
    for (let text = 0; text < 2; text++) {
      const length = to - at < 4 ? Number.POSITIVE_INFINITY : lengthAt(bytes, at);
      if (length < NULL_LENGTH) {
        throw new DecodeError("INVALID_ARGUMENT", `bolt header map: length ${length} is negative`, at - from);
      }
      const next = at + 4 + Math.max(length, 0);
      if (next > to) {
        const what = length === Number.POSITIVE_INFINITY ? "a length" : `a text of ${length} bytes`;
        throw new DecodeError(
          "DATA_LOSS",
          `bolt header map: ${what} ends behind it, in pair ${count}`,
          at - from,
        );
      }
      at = next;
    }
  }
}

/**
 * Finds a value by comparing bytes: no text is made of the others.
 *
 * @param bytes From `from` to `to` the header map of a frame, which was checked: at most 32,767 bytes, so that the lower half
 * of a length tells it.
 * @returns Where the length of the value stands; of several, the last that is not null. -1 if there is none.
 */
export function findBoltHeader(bytes: Buffer, from: number, to: number, name: string): number {
  const wanted = name.length;
  let found = -1;
  for (let at = from; at < to; ) {
    const length = shortLengthAt(bytes, at);
    const valueAt = at + 4 + (length === SHORT_NULL_LENGTH ? 0 : length);
    const valueLength = shortLengthAt(bytes, valueAt);
    if (length === wanted && valueLength !== SHORT_NULL_LENGTH) {
      let i = 0;
      for (; i < wanted; i++) {
        const unit = name.charCodeAt(i);
        if (unit !== bytes[at + 4 + i] || unit > 0x7f) break;
      }
      if (i === wanted) found = valueAt;
    }
    at = valueAt + 4 + (valueLength === SHORT_NULL_LENGTH ? 0 : valueLength);
  }
  // A name of other characters has more bytes than units, and was not found so.
  return found >= 0 || isAscii(name) ? found : findBytes(bytes, from, to, Buffer.from(name));
}

/** The text whose length stands at `at`. */
export function textAt(bytes: Buffer, at: number): string | null {
  const length = lengthAt(bytes, at);
  if (length === NULL_LENGTH) return null;
  return asciiText(bytes, at + 4, length) ?? bytes.toString("utf8", at + 4, at + 4 + length);
}

/** Where the text ends whose length stands at `at`. */
export function endOfText(bytes: Buffer, at: number): number {
  return at + 4 + Math.max(lengthAt(bytes, at), 0);
}

/**
 * What stays of some bytes and the header map behind them without some names: `from, to, from, to, …`. Neighbours are one range.
 *
 * @param bytes From `mapAt` to `to` a header map that was checked.
 */
export function rangesWithout(
  bytes: Buffer,
  from: number,
  mapAt: number,
  to: number,
  names: readonly string[],
): number[] {
  const keys = names.map((name) => (isAscii(name) ? name : Buffer.from(name)));
  const ranges = [from, mapAt];
  for (let at = mapAt; at < to; ) {
    const next = endOfText(bytes, endOfText(bytes, at));
    let isOut = false;
    for (const key of keys) isOut ||= isNameAt(bytes, at, key);
    if (!isOut) {
      if (ranges[ranges.length - 1] === at) ranges[ranges.length - 1] = next;
      else ranges.push(at, next);
    }
    at = next;
  }
  return ranges;
}

/** @param key As text, if it is ASCII. */
function isNameAt(bytes: Buffer, at: number, key: string | Buffer): boolean {
  if (typeof key !== "string") return isTextAt(bytes, at, key);
  if (lengthAt(bytes, at) !== key.length) return false;
  for (let i = 0; i < key.length; i++) if (bytes[at + 4 + i] !== key.charCodeAt(i)) return false;
  return true;
}

function findBytes(bytes: Buffer, from: number, to: number, key: Buffer): number {
  let found = -1;
  for (let at = from; at < to; ) {
    const valueAt = endOfText(bytes, at);
    if (isTextAt(bytes, at, key) && lengthAt(bytes, valueAt) !== NULL_LENGTH) found = valueAt;
    at = endOfText(bytes, valueAt);
  }
  return found;
}

function isTextAt(bytes: Buffer, at: number, key: Buffer): boolean {
  return lengthAt(bytes, at) === key.length && key.compare(bytes, at + 4, at + 4 + key.length) === 0;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function lengthAt(bytes: Buffer, at: number): number {
  const high = ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16);
  return high | shortLengthAt(bytes, at);
}

function shortLengthAt(bytes: Buffer, at: number): number {
  return ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
}
