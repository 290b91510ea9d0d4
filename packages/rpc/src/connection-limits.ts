import type { DecodeLimits } from "@dualmesh/codecs/frame";

/** What one connection may cost. */
export interface ConnectionLimits {
  /** Of what is read: bytes of a frame, depth, headers. Default: those of `decodeLimits`, 8 MiB a frame. */
  readonly decode?: Partial<DecodeLimits>;
  /**
   * From a frame's first bytes to its last; and how long a server keeps a client with more than `maxQueuedBytes` of answers that
   * takes none of them. Milliseconds, over 0. Default 30,000.
   */
  readonly frameTimeoutMs?: number;
  /**
   * Frames that wait to be written, beyond one. Bytes. Default 4,194,304 (4 MiB). A client refuses calls beyond it; a server stops
   * reading.
   */
  readonly maxQueuedBytes?: number;
}

export interface CheckedLimits {
  readonly decode: Partial<DecodeLimits>;
  readonly frameTimeoutMs: number;
  readonly maxQueuedBytes: number;
}

/** @throws {RangeError} for a limit out of its range. */
export function connectionLimits(limits: ConnectionLimits = {}): CheckedLimits {
  const { decode = {}, frameTimeoutMs = 30_000, maxQueuedBytes = 4 * 1024 * 1024 } = limits;
  if (!(frameTimeoutMs > 0))
    throw new RangeError(`rpc limits: frameTimeoutMs must be over 0 ms, got ${frameTimeoutMs}`);
  if (!(maxQueuedBytes >= 0))
    throw new RangeError(`rpc limits: maxQueuedBytes must be 0 bytes or more, got ${maxQueuedBytes}`);
  return { decode, frameTimeoutMs, maxQueuedBytes };
}
