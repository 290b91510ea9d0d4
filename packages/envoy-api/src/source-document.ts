import type { Problem } from "./proto-error.ts";

/** Steps from the root of a document: keys as they are spelled there, and places in lists. */
export type DocumentPath = readonly (string | number)[];

/** Which part of an entry is meant: a misspelled key is shown at the key, a bad value at the value. */
export type Part = "key" | "value";

/** A place in a text; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A parsed text: plain values, and where each of them stands. `readJson` makes one, and `readYaml`. */
export interface SourceDocument {
  readonly value: unknown;
  /** Name for messages. */
  readonly file: string | undefined;
  /** What the text says wrong that does not keep it from being read: keys given twice. */
  readonly problems: readonly Problem[];
  /** Where a value stands; undefined if there is no such value. */
  locate(path: DocumentPath, part: Part): Position | undefined;
}

/** How a text may be read. */
export interface TextOptions {
  /** Name for messages. */
  readonly file?: string;
  /** Length of the text, in UTF-16 units. Default 16 Mi. */
  readonly maxLength?: number;
}

/** The default of `maxLength`. */
export const defaultMaxLength = 16_777_216;

/** `static_resources.listeners[0]`, `metadata.filter_metadata["envoy.lb"]` */
export function formatPath(path: DocumentPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z_]\w*$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** Line and column of places in a text. */
export class LineMap {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
  }

  /** Position of the character at this offset. */
  at(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.#starts[low]! + 1 };
  }
}
