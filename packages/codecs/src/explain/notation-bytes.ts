import { HessianReader } from "../hessian/hessian-reader.ts";
import { HessianWriter } from "../hessian/hessian-writer.ts";
import { type HessianProfileName, PROFILES } from "../hessian/profile.ts";
import type { HessianDialect } from "../hessian/tags.ts";
import { DecodeError } from "../limits/decode-error.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { fromNotation } from "./from-notation.ts";
import { type HessianNotation, toNotation } from "./hessian-notation.ts";

/**
 * All values of a stream.
 *
 * @throws {DecodeError} for bytes that are not values to their end, and for no bytes.
 */
export function readNotation(
  dialect: HessianDialect,
  bytes: Buffer,
  limits: DecodeLimits,
): HessianNotation[] {
  if (bytes.length === 0)
    throw new DecodeError("DATA_LOSS", `hessian ${dialect}: a value is due, byte 0 is the end`, 0);
  const reader = new HessianReader({ dialect, exact: true, limits }).begin(bytes);
  const values: unknown[] = [];
  while (!reader.isAtEnd) values.push(reader.read());
  return toNotation(values);
}

/** The bytes of a stream of these values, as the library of the profile writes them. */
export function writeNotation(profile: HessianProfileName, values: readonly HessianNotation[]): Buffer {
  const writer = new HessianWriter({ profile: PROFILES[profile] }).begin();
  for (const value of fromNotation(values)) writer.any(value);
  return writer.take();
}
