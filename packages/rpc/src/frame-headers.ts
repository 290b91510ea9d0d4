import type { Frame } from "@dualmesh/codecs/frame";
import { asText, createHeaders, type Headers } from "@dualmesh/core";

/**
 * The headers of a frame, which nobody reads before somebody asks: a look-up by the very spelling of the wire finds the value
 * in the bytes; any other look-up, and the first change, make a list of all.
 *
 * The protocols have maps: of a name that came twice the last counts, and of one that is appended twice, too.
 */
export class FrameHeaders implements Headers {
  /** The one that they came in. */
  readonly frame: Frame;
  #list: Headers | undefined;

  constructor(frame: Frame) {
    this.frame = frame;
  }

  get size(): number {
    return this.#all.size;
  }

  get changed(): boolean {
    return this.#list?.changed === true;
  }

  get(name: string): string | undefined {
    if (this.#list !== undefined) return this.#list.get(name);
    return this.frame.header(name) ?? this.#all.get(name);
  }

  getAll(name: string): readonly string[] {
    return this.#all.getAll(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  set(name: string, value: string): void {
    this.#all.set(name, value);
  }

  append(name: string, value: string): void {
    this.#all.append(name, value);
  }

  delete(name: string): boolean {
    return this.#all.delete(name);
  }

  flat(): readonly string[] {
    return this.#all.flat();
  }

  [Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    return this.#all[Symbol.iterator]();
  }

  get #all(): Headers {
    this.#list ??= createHeaders([...new Map(this.frame.headers())].flat());
    return this.#list;
  }
}

/**
 * The frame with the headers that filters left. The very frame, if that is what it says already: lists that a filter copied are
 * compared, those that nobody changed are not even read. What was set as the bytes of a text, as heads of HTTP have it, is text again.
 */
export function withFrameHeaders(frame: Frame, headers: Headers): Frame {
  if (headers instanceof FrameHeaders && !headers.changed) return frame;
  const changes = new Map<string, string | undefined>();
  const wanted = new Map(headers);
  for (const [name, value] of new Map(frame.headers())) {
    const now = wanted.get(name);
    if (now !== value) changes.set(name, now === undefined ? undefined : asText(now));
    wanted.delete(name);
  }
  for (const [name, value] of wanted) changes.set(name, asText(value));
  return changes.size === 0 ? frame : frame.withHeaders(changes);
}
