/**
 * The message types as the reader and the writer see them, parsed from the generated table one by one, when
 * first asked for.
 *
 * Text of a message: `oneof,oneof;field,field`, and of a field `[number]kind[type][*|?][|oneof][>key]`:
 *
 * | part | meaning |
 * |---|---|
 * | number | left out if it is the previous one plus 1 (0 before the first) |
 * | kind | a letter, see `kind.ts` |
 * | type | place of the message or enum in the table, base 36 |
 * | `*` `?` | repeated; `optional` |
 * | `|n` | member of the message's n-th oneof |
 * | `>k` | a map with keys of this kind; kind and type are those of the values |
 */
import { enumAt } from "./enum-type.ts";
import { Field, type OneofDraft, type TypeLookup } from "./field.ts";
import { messageLines, shapes, shapesPerFunction } from "./generated/table.ts";
import { indexLines, type LineIndex } from "./line-index.ts";
import { type Form, formOf } from "./well-known.ts";

/** Numbers below this are found by array index; Envoy has hardly any above. */
const denseNumbers = 256;

/** One message type. */
export class MessageType {
  readonly name: string;
  /** Which JavaScript form its messages have. */
  readonly form: Form;
  /** In the order of their numbers, which is the order of writing. */
  readonly fields: readonly Field[];
  /** By .proto name. */
  readonly byName: ReadonlyMap<string, Field>;
  readonly #make: (place: number) => Record<string, unknown>;
  readonly #place: number;
  readonly #dense: readonly (Field | undefined)[];
  readonly #sparse: ReadonlyMap<number, Field>;
  #byJsonName: ReadonlyMap<string, Field> | undefined;

  /**
   * @param text see the table above.
   * @param make makes an empty message, given `place`: its literal has the names, in the order of the
   * numbers.
   */
  constructor(
    name: string,
    text: string,
    make: (place: number) => Record<string, unknown>,
    place: number,
    lookup: TypeLookup,
  ) {
    const [oneofText = "", fieldText = ""] = text.split(";");
    const oneofs = oneofText.split(",").map((oneof): OneofDraft => ({ name: oneof, members: [], bits: 0 }));
    const texts = fieldText.split(",");
    const dense: (Field | undefined)[] = [];
    const sparse = new Map<number, Field>();
    let number = 0;
    this.fields = Object.entries(make(place)).map(([fieldName, absent], at) => {
      const field = new Field(fieldName, texts[at] ?? "", at, number, absent, oneofs, lookup);
      number = field.number;
      if (number < denseNumbers) dense[number] = field;
      else sparse.set(number, field);
      return field;
    });
    this.name = name;
    this.form = formOf(name);
    this.byName = new Map(this.fields.map((field) => [field.name, field]));
    this.#make = make;
    this.#place = place;
    // `from` fills the holes, which would make every look-up of an unknown number walk the prototypes.
    this.#dense = Array.from(dense);
    this.#sparse = sparse;
  }

  /** An empty message. All messages of a type share one hidden class. */
  create(): Record<string, unknown> {
    return this.#make(this.#place);
  }

  /** The field of this .proto name or JSON name, if the type has it. */
  fieldByKey(key: string): Field | undefined {
    this.#byJsonName ??= new Map(this.fields.map((field) => [field.jsonName, field]));
    return this.byName.get(key) ?? this.#byJsonName.get(key);
  }

  /** The field of this number, if the type has it. */
  field(number: number): Field | undefined {
    return number < this.#dense.length ? this.#dense[number] : this.#sparse.get(number);
  }
}

let index: LineIndex | undefined;
const parsed: (MessageType | undefined)[] = [];
const lookup: TypeLookup = { messageAt, enumAt };

function messageAt(place: number): MessageType {
  index ??= indexLines(messageLines);
  parsed[place] ??= new MessageType(
    index.names[place]!,
    index.texts[place]!,
    shapes[Math.floor(place / shapesPerFunction)]!,
    place % shapesPerFunction,
    lookup,
  );
  return parsed[place];
}

/** The message type of this full name, if it is known. */
export function findMessageType(name: string): MessageType | undefined {
  index ??= indexLines(messageLines);
  const place = index.places.get(name);
  return place === undefined ? undefined : messageAt(place);
}

/** @throws TypeError if there is no such type: names come from the program here, not from the wire. */
export function requireMessageType(name: string): MessageType {
  const type = findMessageType(name);
  if (type === undefined) throw new TypeError(`unknown message type "${name}"`);
  return type;
}

/** The full names of all message types. */
export function listMessageNames(): readonly string[] {
  index ??= indexLines(messageLines);
  return index.names;
}
