/** `{{listener}}`, `{{refused}}`, `{{upstream:a}}`: ports, by name. */
export type Ports = ReadonlyMap<string, number>;

const PORT = /\{\{(listener|refused|upstream:\w+)\}\}/g;
const REPEAT = /\{\{repeat:([^:}]+):(\d+)\}\}/g;

/** Puts ports in place of their names, everywhere in a value. A text that is a placeholder and no more becomes a number. */
export function withPorts<T>(value: T, ports: Ports): T {
  return mapTexts(value, (text) => {
    const filled = text.replace(PORT, (_, name: string) => {
      const port = ports.get(name);
      if (port === undefined) throw new Error(`nobody has a port for {{${name}}}`);
      return String(port);
    });
    const isWhole = /^\d+$/.test(filled) && text.startsWith("{{") && text.endsWith("}}");
    return isWhole ? Number(filled) : filled;
  }) as T;
}

/** `{{repeat:a:5}}` stands for `aaaaa`, everywhere in a value. */
export function withRepeats<T>(value: T): T {
  return mapTexts(value, (text) =>
    text.replace(REPEAT, (_, unit: string, times: string) => unit.repeat(Number(times))),
  ) as T;
}

function mapTexts(value: unknown, change: (text: string) => string | number): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapTexts(one, change)]));
}
