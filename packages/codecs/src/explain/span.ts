/** Some bytes, and what they are. */
export interface Span {
  /** From the first byte of what is explained. */
  readonly at: number;
  readonly length: number;
  /** How deep it stands in others. */
  readonly depth: number;
  /** In a few words: `int 5`, `class 0, com.example.Order`. */
  readonly what: string;
}

/** Spans in the making, in the order of the bytes. */
export class Spans {
  readonly list: Span[] = [];
  depth = 0;

  add(at: number, length: number, what: string): void {
    this.list.push({ at, length, depth: this.depth, what });
  }

  /** A number in the head of a frame, whose bytes follow the last one's. */
  field(length: number, what: string): void {
    const last = this.list.at(-1);
    this.add(last === undefined ? 0 : last.at + last.length, length, what);
  }
}

/** Text as a span shows it: in quotes, and not all of it. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
