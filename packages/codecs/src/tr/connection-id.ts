import { HessianWriter } from "../hessian/hessian-writer.ts";
import { ObjectWalker } from "../hessian/object-walker.ts";
import { PROFILES } from "../hessian/profile.ts";
import type { HessianDialect } from "../hessian/tags.ts";
import { DecodeError } from "../limits/decode-error.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";

/** Where the id of a frame stands in its connection object, and what it is. */
export interface ConnectionId {
  readonly from: number;
  readonly to: number;
  /** The halves of a long, unsigned. */
  readonly high: number;
  readonly low: number;
  readonly dialect: HessianDialect;
  /** Whether the object is a map, as Hessian 1 has them, which knows longs of 8 bytes alone. */
  readonly isOldest: boolean;
}

const LONG_8 = 0x4c;

/** Writers of what is spliced, by dialect; they hold nothing between two values. */
const WRITERS: Readonly<Record<HessianDialect, HessianWriter>> = {
  "3": new HessianWriter({ profile: PROFILES["sofa-3"] }),
  "4": new HessianWriter({ profile: PROFILES["sofa-4"] }),
};

/**
 * The dialect of an object, which its first byte tells: no object is there yet that another form could refer to.
 *
 * ```text
 * 3   4f definition | 4d 74 typed map (Hessian 1)
 * 4   43 definition | 4d typed map | 48 map
 * ```
 */
export function dialectOf(bytes: Buffer, at: number): HessianDialect {
  const first = bytes[at];
  return first === 0x43 || first === 0x48 || (first === 0x4d && bytes[at + 1] !== 0x74) ? "4" : "3";
}

/**
 * Finds `ctx.id` of a connection object: `ConnectionRequest { ctx: { id } }` and its like.
 *
 * @throws {DecodeError} for bytes that are no object, and for one without it.
 */
export function findConnectionId(
  bytes: Buffer,
  from: number,
  to: number,
  limits: DecodeLimits,
): ConnectionId {
  const dialect = dialectOf(bytes, from);
  const walker = new ObjectWalker(dialect, limits).begin(bytes, from, to);
  const isOldest = dialect === "3" && bytes[from] === 0x4d;
  if (!enterField(walker, "ctx") || !enterField(walker, "id")) {
    throw new DecodeError("INVALID_ARGUMENT", "tr frame: its connection object has no ctx.id", from);
  }
  const at = walker.at;
  walker.skip();
  const [high, low] = readLong(bytes, at, walker.at);
  return { from: at, to: walker.at, high, low, dialect, isOldest };
}

/** Goes to the value of a field of the object, or map, that stands here. */
export function enterField(walker: ObjectWalker, field: string): boolean {
  const names = walker.enterObject();
  if (names === undefined) {
    if (!walker.enterMap()) return false;
    while (!walker.leaveMap()) {
      if (walker.string() === field) return true;
      walker.skip();
    }
    return false;
  }
  const index = names.indexOf(field);
  for (let i = 0; i < index; i++) walker.skip();
  return index >= 0;
}

/** The bytes of an id, in the form that its object has. */
export function writeConnectionId({ dialect, isOldest }: ConnectionId, high: number, low: number): Buffer {
  const isShort = (high === 0 && low < 0x8000_0000) || (high === 0xffff_ffff && low >= 0x8000_0000);
  if (isShort && !isOldest) {
    const writer = WRITERS[dialect].begin();
    writer.long(low | 0);
    return writer.take();
  }
  const bytes = Buffer.allocUnsafe(9);
  bytes[0] = LONG_8;
  bytes.writeUInt32BE(high, 1);
  bytes.writeUInt32BE(low, 5);
  return bytes;
}

/** A long, or an int, of any form: those of one length differ in the byte that stands for 0. */
function readLong(bytes: Buffer, from: number, to: number): readonly [high: number, low: number] {
  const first = bytes[from] as number;
  if (first === LONG_8) return [bytes.readUInt32BE(from + 1), bytes.readUInt32BE(from + 5)];
  const value = readShort(bytes, from, to - from, first);
  return [value < 0 ? 0xffff_ffff : 0, value >>> 0];
}

function readShort(bytes: Buffer, from: number, length: number, first: number): number {
  if (first === 0x49 || first === 0x59 || first === 0x77) return bytes.readInt32BE(from + 1);
  const zero = ZEROS.find(([least, most]) => first >= least && first <= most)?.[2];
  if (zero === undefined) throw new DecodeError("INVALID_ARGUMENT", "tr frame: its ctx.id is no long", from);
  if (length === 1) return first - zero;
  if (length === 2) return ((first - zero) << 8) | (bytes[from + 1] as number);
  return ((first - zero) << 16) | bytes.readUInt16BE(from + 1);
}

/** First bytes of compact numbers, and the one of 0 among them. */
const ZEROS: readonly (readonly [least: number, most: number, zero: number])[] = [
  [0xd8, 0xef, 0xe0],
  [0xf0, 0xff, 0xf8],
  [0x38, 0x3f, 0x3c],
  [0x80, 0xbf, 0x90],
  [0xc0, 0xcf, 0xc8],
  [0xd0, 0xd7, 0xd4],
];
