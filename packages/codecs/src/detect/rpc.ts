import { beginsWith, type FirstBytes } from "./first-bytes.ts";

/**
 * A frame of Bolt. Its first byte alone would be no proof: what is known of type and command must fit too.
 *
 * ```text
 * v1   01  type(0…2)  cmdCode, two bytes
 * v2   02  ver1(1…2)  type(0…2)  cmdCode, two bytes
 * ```
 */
export const isBolt: FirstBytes = (bytes) => {
  const [protocol] = bytes;
  if (protocol === undefined) return "more";
  if (protocol !== 1 && protocol !== 2) return "no";
  let at = 1;
  if (protocol === 2) {
    const version = bytes[at++];
    if (version === undefined) return "more";
    if (version !== 1 && version !== 2) return "no";
  }
  const type = bytes[at];
  if (type === undefined) return "more";
  if (type > 2) return "no";
  const high = bytes[at + 1];
  if (high === undefined) return "more";
  if (high !== 0) return "no";
  const low = bytes[at + 2];
  if (low === undefined) return "more";
  return COMMANDS.has(low) ? "yes" : "no";
};

/** Heartbeat, request, response, and the GoAway of MOSN. */
const COMMANDS: ReadonlySet<number> = new Set([0, 1, 2, 100]);

/** The version byte of a TR frame. */
export const isTr: FirstBytes = beginsWith(Uint8Array.of(0x0d));

/** The magic number of Dubbo 2. */
export const isDubbo: FirstBytes = beginsWith(Uint8Array.of(0xda, 0xbb));
