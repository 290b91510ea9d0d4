import { diffNotations, readWire, type WireFormat } from "@dualmesh/codecs/explain";
import { DecodeError } from "@dualmesh/codecs/frame";
import { UserError } from "../user-error.ts";
import { parseHex } from "./hex.ts";

/** Prints where two buffers differ in what they mean. @returns Whether they do. */
export function diffBuffers(format: WireFormat, left: string, right: string, asJson: boolean): boolean {
  const found = diffNotations(read(format, left, "first"), read(format, right, "second"));
  if (asJson) process.stdout.write(`${JSON.stringify(found)}\n`);
  else {
    for (const { path, left: before, right: after } of found) {
      process.stdout.write(
        `${path}: ${JSON.stringify(before) ?? "nothing"} → ${JSON.stringify(after) ?? "nothing"}\n`,
      );
    }
  }
  return found.length > 0;
}

function read(format: WireFormat, hex: string, which: string): unknown {
  try {
    return readWire(format, parseHex(hex));
  } catch (error) {
    if (error instanceof DecodeError) throw new UserError(`the ${which} buffer: ${error.rawMessage}`);
    throw error;
  }
}
