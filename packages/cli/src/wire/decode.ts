import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { explainWire, readWire, type WireFormat, type WireNotation } from "@dualmesh/codecs/explain";
import { DecodeError } from "@dualmesh/codecs/frame";
import { UserError } from "../user-error.ts";
import { formatExplanation } from "./format-explanation.ts";
import { parseHex } from "./hex.ts";

/** Prints what one buffer is. @returns Whether it is valid, and complete. */
export function decodeOne(format: WireFormat, hex: string, asJson: boolean): boolean {
  const bytes = parseHex(hex);
  const { notation, failure } = decode(format, () => bytes);
  if (asJson) process.stdout.write(`${JSON.stringify(notation ?? { error: failure })}\n`);
  else {
    process.stdout.write(formatExplanation(explainWire(format, bytes), bytes));
    if (failure !== undefined) process.stderr.write(`dualmesh: ${failure.message}\n`);
  }
  return failure === undefined;
}

/** Answers each line of hex with a line of JSON. */
export async function decodeLines(format: WireFormat, input: Readable, output: Writable): Promise<void> {
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const { notation, failure } = decode(format, () => parseHex(line));
    const answer = JSON.stringify(notation ?? { error: failure });
    if (!output.write(`${answer}\n`)) await once(output, "drain");
  }
}

interface Decoded {
  readonly notation?: WireNotation;
  readonly failure?: { readonly code: string; readonly message: string };
}

/** Bytes that are not valid are an answer, too. */
function decode(format: WireFormat, read: () => Buffer): Decoded {
  try {
    return { notation: readWire(format, read()) };
  } catch (error) {
    if (error instanceof DecodeError) return { failure: { code: error.code, message: error.rawMessage } };
    if (error instanceof UserError) return { failure: { code: "INVALID_ARGUMENT", message: error.message } };
    throw error;
  }
}
