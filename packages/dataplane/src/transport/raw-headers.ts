import { createHeaders, type Headers } from "@dualmesh/core";

/** Fields as undici parsed them: lower-case names, a list where a name occurs several times. */
export type ParsedFields = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Headers that stay the bytes they came as until somebody needs them as text: a flat list of names and values, as
 * undici hands them out. In the direct path, where an application's undici takes them up again, that is never.
 */
export class RawHeaders implements Headers {
  readonly #bytes: readonly Buffer[];
  readonly #parsed: ParsedFields;
  #text: Headers | undefined;

  constructor(bytes: readonly Buffer[], parsed: ParsedFields) {
    this.#bytes = bytes;
    this.#parsed = parsed;
  }

  /** Both forms in which undici gave them, while nothing was changed; afterwards `undefined`. */
  get original(): { readonly bytes: readonly Buffer[]; readonly parsed: ParsedFields } | undefined {
    return this.changed ? undefined : { bytes: this.#bytes, parsed: this.#parsed };
  }

  get size(): number {
    return this.#text?.size ?? this.#bytes.length / 2;
  }

  get changed(): boolean {
    return this.#text?.changed ?? false;
  }

  get(name: string): string | undefined {
    if (this.#text !== undefined) return this.#text.get(name);
    const value = this.#parsed[name.toLowerCase()];
    return typeof value === "object" ? value[0] : value;
  }

  getAll(name: string): readonly string[] {
    return this.#asText().getAll(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  set(name: string, value: string): void {
    this.#asText().set(name, value);
  }

  append(name: string, value: string): void {
    this.#asText().append(name, value);
  }

  delete(name: string): boolean {
    return this.has(name) && this.#asText().delete(name);
  }

  flat(): readonly string[] {
    return this.#asText().flat();
  }

  [Symbol.iterator](): Iterator<readonly [string, string]> {
    return this.#asText()[Symbol.iterator]();
  }

  /** Field values are bytes; Latin-1 keeps each of them (RFC 9110, section 5.5). */
  #asText(): Headers {
    if (this.#text === undefined) {
      const flat = new Array<string>(this.#bytes.length);
      for (let i = 0; i < flat.length; i++) flat[i] = (this.#bytes[i] as Buffer).toString("latin1");
      this.#text = createHeaders(flat);
    }
    return this.#text;
  }
}
