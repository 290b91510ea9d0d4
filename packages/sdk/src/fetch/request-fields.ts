/** The forms in which a dispatcher of undici is given header fields. */
export type GivenFields =
  | readonly (string | Buffer)[]
  | Readonly<Record<string, string | readonly string[] | number | undefined>>
  | Iterable<readonly [string, string | readonly string[] | undefined]>
  | null
  | undefined;

/** Header fields as a flat list of names and values, whatever the application's library gave. */
export function flatFields(given: GivenFields): string[] {
  const flat: string[] = [];
  if (given === null || given === undefined) return flat;
  if (Array.isArray(given)) {
    for (const one of given as readonly (string | Buffer)[])
      flat.push(typeof one === "string" ? one : one.toString("latin1"));
    return flat;
  }
  if (Symbol.iterator in given) {
    for (const [name, value] of given as Iterable<readonly [string, string | readonly string[]]>)
      add(flat, name, value);
    return flat;
  }
  for (const name in given)
    add(flat, name, (given as Readonly<Record<string, string | readonly string[]>>)[name]);
  return flat;
}

function add(flat: string[], name: string, value: string | readonly string[] | number | undefined): void {
  if (value === undefined || value === null) return;
  if (typeof value === "object") for (const one of value) flat.push(name, one);
  else flat.push(name, String(value));
}
