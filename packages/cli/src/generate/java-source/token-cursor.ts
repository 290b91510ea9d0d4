import { UserError } from "../../user-error.ts";
import type { JavaToken } from "./java-tokens.ts";

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** A place in the tokens of a source. */
export class TokenCursor {
  readonly #tokens: readonly JavaToken[];
  readonly #file: string;
  at = 0;

  constructor(tokens: readonly JavaToken[], file: string) {
    this.#tokens = tokens;
    this.#file = file;
  }

  peek(ahead = 0): JavaToken {
    // The last one is the end, behind which there is the end.
    return this.#tokens[Math.min(this.at + ahead, this.#tokens.length - 1)] as JavaToken;
  }

  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && token.kind !== "literal" && token.kind !== "end";
  }

  accept(text: string): boolean {
    const found = this.is(text);
    if (found) this.at++;
    return found;
  }

  expect(text: string): void {
    if (!this.accept(text)) this.fail(`"${text}"`);
  }

  word(what: string): string {
    const { kind, text } = this.peek();
    if (kind !== "word") return this.fail(what);
    this.at++;
    return text;
  }

  /** `a.b.c` */
  qualifiedName(what: string): string {
    let name = this.word(what);
    while (this.is(".") && this.peek(1).kind === "word") {
      this.at++;
      name += `.${this.word(what)}`;
    }
    return name;
  }

  /** Everything from an opening sign to the one that closes it. */
  skipEnclosed(): void {
    const closing: string[] = [];
    do {
      const { kind, text } = this.peek();
      if (kind === "end") this.fail(`"${closing.at(-1)}"`);
      const close = kind === "sign" ? CLOSING[text] : undefined;
      if (close !== undefined) closing.push(close);
      else if (kind === "sign" && text === closing.at(-1)) closing.pop();
      this.at++;
    } while (closing.length > 0);
  }

  fail(wanted: string): never {
    const { kind, text, line } = this.peek();
    const got = kind === "end" ? text : kind === "literal" ? "a literal" : `"${text}"`;
    throw new UserError(`${this.#file}:${line}: expected ${wanted}, got ${got}`);
  }
}
