import { inflateRawSync } from "node:zlib";

/** An entry of a zip file, as its directory at the end has it. */
export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Where its own header is. */
  readonly at: number;
}

const END = 0x06054b50;
const END_LENGTH = 22;
const MAX_COMMENT = 0xffff;
const LOCATOR_64 = 0x07064b50;
const END_64 = 0x06064b50;
const ENTRY = 0x02014b50;
const ENTRY_LENGTH = 46;
const LOCAL = 0x04034b50;
const LOCAL_LENGTH = 30;
const EXTRA_64 = 1;
const ENCRYPTED = 1;

/**
 * ```text
 * (anything) | local header, data | … | directory: entry, entry, … | end of directory
 * ```
 * Lists the entries of a zip file. `node:zlib` stops inflating at the size that the directory names; the rest of a zip is this
 * page, and no dependency.
 *
 * @see APPNOTE.TXT, section 4.3
 * @throws {RangeError} for bytes that are no zip file.
 */
export function* listZip(zip: Buffer): Generator<ZipEntry> {
  const { at, directoryBytes, directoryAt } = findDirectory(zip);
  // Executable jars have a script in front: places are counted from behind it.
  const shift = at - directoryBytes - directoryAt;
  if (shift < 0) throw new RangeError("its directory is cut off");
  let next = directoryAt + shift;
  while (next < at) {
    if (zip.readUInt32LE(next) !== ENTRY) throw new RangeError(`its directory is damaged at byte ${next}`);
    const flags = zip.readUInt16LE(next + 8);
    const [nameBytes, extraBytes] = [zip.readUInt16LE(next + 28), zip.readUInt16LE(next + 30)];
    const nameAt = next + ENTRY_LENGTH;
    const name = zip.toString("utf8", nameAt, nameAt + nameBytes);
    if ((flags & ENCRYPTED) !== 0) throw new RangeError(`${name} is encrypted`);
    const sizes = [zip.readUInt32LE(next + 24), zip.readUInt32LE(next + 20), zip.readUInt32LE(next + 42)];
    const extra = zip.subarray(nameAt + nameBytes, nameAt + nameBytes + extraBytes);
    const [bytes, packedBytes, local] = widen(sizes, extra);
    yield { name, method: zip.readUInt16LE(next + 10), bytes, packedBytes, at: local + shift };
    next = nameAt + nameBytes + extraBytes + zip.readUInt16LE(next + 32);
  }
}

/** What an entry is, unpacked. @throws {RangeError} if that is not as long as the directory says. */
export function unpackEntry(zip: Buffer, { at, method, bytes, packedBytes }: ZipEntry): Buffer {
  if (zip.readUInt32LE(at) !== LOCAL) throw new RangeError(`there is no entry at byte ${at}`);
  const start = at + LOCAL_LENGTH + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
  const packed = zip.subarray(start, start + packedBytes);
  if (method !== 0 && method !== 8) throw new RangeError(`it is compressed by method ${method}`);
  // The bound of zlib is at least 1.
  const content = method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) });
  if (content.length !== bytes)
    throw new RangeError(`it has ${content.length} bytes, its directory says ${bytes}`);
  return content;
}

interface Directory {
  /** Where it ends. */
  readonly at: number;
  readonly directoryBytes: number;
  readonly directoryAt: number;
}

function findDirectory(zip: Buffer): Directory {
  let end = zip.length - END_LENGTH;
  const least = Math.max(0, end - MAX_COMMENT);
  while (end >= least && zip.readUInt32LE(end) !== END) end--;
  if (end < least) throw new RangeError("it has no directory");
  const small = {
    at: end,
    directoryBytes: zip.readUInt32LE(end + 12),
    directoryAt: zip.readUInt32LE(end + 16),
  };
  if (end < 20 || zip.readUInt32LE(end - 20) !== LOCATOR_64) return small;
  // The locator has a place, too, which a script in front makes wrong: the record is right before it.
  const at = end - 20 - 56;
  if (at < 0 || zip.readUInt32LE(at) !== END_64) throw new RangeError("its directory is damaged");
  return {
    at,
    directoryBytes: Number(zip.readBigUInt64LE(at + 40)),
    directoryAt: Number(zip.readBigUInt64LE(at + 48)),
  };
}

/** Each size that does not fit into 32 bits stands in an extra field, in this order. */
function widen(sizes: readonly number[], extra: Buffer): [number, number, number] {
  const wide: number[] = [];
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== EXTRA_64) continue;
    const end = at + 4 + extra.readUInt16LE(at + 2);
    for (let one = at + 4; one + 8 <= end; one += 8) wide.push(Number(extra.readBigUInt64LE(one)));
    break;
  }
  const [bytes = 0, packedBytes = 0, local = 0] = sizes.map((size) =>
    size === 0xffffffff ? (wide.shift() ?? size) : size,
  );
  return [bytes, packedBytes, local];
}
