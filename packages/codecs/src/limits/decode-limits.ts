/**
 * What a peer may make a decoder do: one budget for all codecs, declared once per connection. Every limit is checked
 * before anything is allocated for what a length announces, and one that is passed ends in a
 * {@link DecodeError} with the code `RESOURCE_EXHAUSTED`, which names limit and value.
 *
 * ```ts
 * import { decodeLimits } from "@dualmesh/codecs/frame";
 *
 * console.log(decodeLimits({ maxDepth: 64 }).maxBytes); // => 8388608
 * ```
 */
export interface DecodeLimits {
  /** Of one frame with its header, or of one buffer of values. Bytes, at least 64. Default 8 MiB, as Dubbo has it. */
  readonly maxBytes: number;
  /** How deep lists, maps and objects may stand in each other. Integer from 1 to 1,000. Default 512. */
  readonly maxDepth: number;
  /**
   * Values in all, containers and what they hold, class definitions with their fields, and chunks of strings. Default
   * 1,000,000: a value of one byte is up to 100 bytes of heap.
   */
  readonly maxNodes: number;
  /** Of one string or one binary, all of its chunks. Bytes on the wire. Default 8 MiB. */
  readonly maxStringBytes: number;
  /** Lists, maps and objects that later values can refer to. Default 500,000. */
  readonly maxReferences: number;
  /** Entries of a header map, or attachments. Default 256. */
  readonly maxHeaders: number;
}

const DEFAULTS: DecodeLimits = Object.freeze({
  maxBytes: 8 * 1024 * 1024,
  maxDepth: 512,
  maxNodes: 1_000_000,
  maxStringBytes: 8 * 1024 * 1024,
  maxReferences: 500_000,
  maxHeaders: 256,
});

/** The deepest nesting that the stack of a Node process surely takes, whatever runs above. */
const DEEPEST = 1_000;

/**
 * The limits with the defaults for those that are not given.
 *
 * @throws {RangeError} for one that is no integer of its range.
 */
export function decodeLimits(limits: Partial<DecodeLimits> = {}): DecodeLimits {
  const all = { ...DEFAULTS, ...limits };
  for (const name of Object.keys(DEFAULTS) as (keyof DecodeLimits)[]) {
    const value = all[name];
    const least = name === "maxBytes" ? 64 : name === "maxDepth" ? 1 : 0;
    const most = name === "maxDepth" ? DEEPEST : 0x7fffffff;
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new RangeError(`decode limits: ${name} is an integer from ${least} to ${most}, got ${value}`);
    }
  }
  return all;
}
