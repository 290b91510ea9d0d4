/** As Biome is set up in most places, and here. */
const LINE_WIDTH = 110;

/** A piece of code that stands on one line, or, where that is too long, with each item on a line of its own. */
export type Code =
  | string
  | {
      readonly open: string;
      /** Type arguments between `open` and the `(` of a call. */
      readonly types?: readonly Code[];
      readonly items: readonly Code[];
      readonly close: string;
      /** `{ a }`, not `{a}`. */
      readonly pad?: true;
      /** Between the items only, on lines of their own, too: those of a type. */
      readonly commas?: "between";
    };

export function call(name: string, types: readonly Code[], items: readonly Code[]): Code {
  return types.length === 0
    ? { open: `${name}(`, items, close: ")" }
    : { open: name, types, items, close: ")" };
}

/** `Map<K, V> | null` */
export function orNull(name: string, ...items: readonly Code[]): Code {
  return { open: `${name}<`, items, close: "> | null", commas: "between" };
}

/** An array as the value of a property. */
export function arrayProperty(name: string, items: readonly Code[]): Code {
  return { open: `${name}: [`, items, close: "]" };
}

/** Has something in front of a piece. */
export function prefix(before: string, code: Code): Code {
  return typeof code === "string" ? before + code : { ...code, open: before + code.open };
}

/** @param after How much follows on the last line: a `,` or a `;`. */
export function layOut(code: Code, indent: number, after = 1): string {
  const flat = flatten(code);
  if (typeof code === "string" || indent + flat.length + after <= LINE_WIDTH || code.items.length === 0)
    return flat;
  const [only] = code.items;
  // A type that is the only argument of another is broken up where it stands.
  if (code.commas === "between" && code.items.length === 1 && typeof only === "object") {
    return `${code.open}${layOut(only, indent, code.open.length + code.close.length + after)}${code.close}`;
  }
  const { types = [] } = code;
  const typed: Code = { open: `${code.open}<`, items: types, close: ">(", commas: "between" };
  const open = types.length === 0 ? code.open : layOut(typed, indent, 0);
  const rest = `${code.items.map(flatten).join(", ")}${code.close}`;
  const lastLine = open.slice(open.lastIndexOf("\n") + 1);
  if (open.includes("\n") && lastLine.length + rest.length + after <= LINE_WIDTH) return open + rest;
  return breakUp(open, code.items, code.close, indent, code.commas === "between" ? "" : ",");
}

export function breakUp(
  open: string,
  items: readonly Code[],
  close: string,
  indent: number,
  lastComma: "," | "" = ",",
): string {
  const inner = " ".repeat(indent + 2);
  const lines = items.map((item, at) => {
    const comma = at === items.length - 1 ? lastComma : ",";
    return `${inner}${layOut(item, indent + 2, comma.length)}${comma}\n`;
  });
  return `${open}\n${lines.join("")}${" ".repeat(indent)}${close}`;
}

export function flatten(code: Code): string {
  if (typeof code === "string") return code;
  const pad = code.pad === true ? " " : "";
  const types = code.types === undefined ? "" : `<${code.types.map(flatten).join(", ")}>(`;
  return `${code.open}${types}${pad}${code.items.map(flatten).join(", ")}${pad}${code.close}`;
}

export function fits(line: string): boolean {
  return line.length <= LINE_WIDTH;
}
