import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { type WireFormat, type WireNotation, writeWire } from "@dualmesh/codecs/explain";
import type { HessianProfileName } from "@dualmesh/codecs/hessian";
import { UserError } from "../user-error.ts";

/** The bytes of a notation, in hex. @throws {UserError} for what is none. */
export function encodeOne(format: WireFormat, json: string, profile?: HessianProfileName): string {
  let notation: WireNotation;
  try {
    notation = JSON.parse(json) as WireNotation;
  } catch (error) {
    throw new UserError(`expected JSON: ${(error as Error).message}`);
  }
  if (typeof notation !== "object" || notation === null) throw new UserError("expected a JSON object");
  try {
    return writeWire(format, notation, profile).toString("hex");
  } catch (error) {
    // A notation is whatever somebody has typed: its fields are not looked at one by one.
    if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) {
      throw new UserError(`this is no notation of ${format}: ${error.message}`);
    }
    throw error;
  }
}

/** Answers each line of JSON with a line of hex. @throws {UserError} at the first that is no notation. */
export async function encodeLines(
  format: WireFormat,
  profile: HessianProfileName | undefined,
  input: Readable,
  output: Writable,
): Promise<void> {
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (!output.write(`${encodeOne(format, line, profile)}\n`)) await once(output, "drain");
  }
}
