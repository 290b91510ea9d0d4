import type { DecodeLimits } from "../limits/decode-limits.ts";
import { TranslateError } from "./translate-error.ts";

/** Shorter ones cost less than to look at them first. Characters. */
const SHORT_CHARS = 65_536;

/**
 * What some JSON says. Of a long text its values are counted before any is made: 8 MiB of empty objects were 690 MB of heap.
 *
 * @throws {TranslateError} for what is no JSON, for more bytes than the limit, and for a long one of more values or levels.
 */
export function parseJson(text: string | Uint8Array, limits: DecodeLimits): unknown {
  if (text.length > limits.maxBytes) refuse(`${text.length} bytes are over the limit of ${limits.maxBytes}`);
  const json = typeof text === "string" ? text : Buffer.from(text).toString("utf8");
  if (json.length > SHORT_CHARS) checkSize(json, limits);
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new TranslateError("INVALID_ARGUMENT", "json", "", (error as Error).message);
  }
}

/** Counts by commas and brackets. Of what is no JSON it says nothing: that is found by whoever parses it. */
function checkSize(json: string, { maxNodes, maxDepth }: DecodeLimits): void {
  let depth = 0;
  let nodes = 0;
  let isFirst = false;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    // Space, tab and ends of lines.
    if (unit <= 0x20) continue;
    const isClose = unit === 0x5d || unit === 0x7d;
    if ((isFirst && !isClose) || unit === 0x2c) nodes++;
    isFirst = unit === 0x5b || unit === 0x7b;
    if (isFirst) depth++;
    else if (isClose) depth--;
    else if (unit === 0x22) at = endOfText(json, at + 1);
    if (nodes > maxNodes) refuse(`${nodes} values are over the limit of ${maxNodes}`);
    // The innermost may be empty.
    if (depth > maxDepth + 1) refuse(`${maxDepth + 1} levels are over the limit of ${maxDepth}`);
  }
}

/** Where the quotation mark stands that ends a text; behind the last character if there is none. */
function endOfText(json: string, from: number): number {
  for (let at = from; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (unit === 0x22) return at;
    if (unit === 0x5c) at++;
  }
  return json.length;
}

function refuse(what: string): never {
  throw new TranslateError("RESOURCE_EXHAUSTED", "json", "", what);
}
