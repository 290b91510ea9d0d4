import { HessianWriter } from "../hessian/hessian-writer.ts";
import { PROFILES } from "../hessian/profile.ts";

/** One for all: it holds nothing between two texts. */
const writer = new HessianWriter({ profile: PROFILES["dubbo-3"] });

/** The bytes of texts, in Hessian's dialect 4; of null for null. */
export function hessianTexts(...texts: readonly (string | null)[]): Buffer {
  writer.begin();
  for (const text of texts) {
    if (text === null) writer.null();
    else writer.string(text);
  }
  return writer.take();
}

/** Whether a value that begins with `byte` is a string, or null. */
export function beginsText(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return byte < 0x20 || (byte >= 0x30 && byte <= 0x33) || byte === 0x52 || byte === 0x53 || byte === 0x4e;
}
