/** The lines of a generated table, found by name or by place. */
export interface LineIndex {
  readonly names: readonly string[];
  readonly texts: readonly string[];
  readonly places: ReadonlyMap<string, number>;
}

/** Splits a table of lines `Name text`, each group of them under a line `>package`. */
export function indexLines(table: string): LineIndex {
  const names: string[] = [];
  const texts: string[] = [];
  const places = new Map<string, number>();
  let prefix = "";
  for (const line of table.split("\n")) {
    if (line.startsWith(">")) {
      prefix = `${line.slice(1)}.`;
      continue;
    }
    const space = line.indexOf(" ");
    const name = prefix + line.slice(0, space);
    places.set(name, names.length);
    names.push(name);
    texts.push(line.slice(space + 1));
  }
  return { names, texts, places };
}
