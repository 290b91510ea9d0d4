import { enumLines } from "./generated/table.ts";
import { indexLines, type LineIndex } from "./line-index.ts";

/** One enum: its values are shown by name; a number without a name stays a number. */
export class EnumType {
  readonly name: string;
  /** From name to number, all names. */
  readonly numbers: ReadonlyMap<string, number>;
  /** From number to the name that is shown, for 0 to 255: nearly all of them. */
  readonly #dense: readonly (string | undefined)[];
  readonly #sparse: ReadonlyMap<number, string>;

  /** @param text `NAME,NAME,NAME=number`; a number that is left out is the previous one plus 1. */
  constructor(name: string, text: string) {
    const numbers = new Map<string, number>();
    const dense: (string | undefined)[] = [];
    const sparse = new Map<number, string>();
    let next = 0;
    for (const part of text.split(",")) {
      const [valueName = "", value] = part.split("=");
      const number = value === undefined ? next : Number(value);
      numbers.set(valueName, number);
      // Of two names for one number the first is shown.
      if (number >= 0 && number < 256) dense[number] ??= valueName;
      else if (!sparse.has(number)) sparse.set(number, valueName);
      next = number + 1;
    }
    this.name = name;
    this.numbers = numbers;
    this.#dense = Array.from(dense);
    this.#sparse = sparse;
  }

  /** The name of a number; the number itself if it has none. */
  show(number: number): string | number {
    return (
      (number >= 0 && number < this.#dense.length ? this.#dense[number] : this.#sparse.get(number)) ?? number
    );
  }
}

let index: LineIndex | undefined;
const parsed: (EnumType | undefined)[] = [];

/** The enum at this place of the generated table. */
export function enumAt(place: number): EnumType {
  index ??= indexLines(enumLines);
  parsed[place] ??= new EnumType(index.names[place]!, index.texts[place]!);
  return parsed[place];
}
