/** A view of less than this share of its memory is copied. */
const LEAST_SHARE = 1 / 8;

/**
 * Bytes that somebody may hold for long. A view keeps all the memory alive that it is a view of; where a peer sends one byte
 * that counts against windows and then many that do not (padding, unknown frames), a reader that waits would hold all of them.
 */
export function heldBytes(view: Buffer): Buffer {
  return view.length < view.buffer.byteLength * LEAST_SHARE ? Buffer.from(view) : view;
}
