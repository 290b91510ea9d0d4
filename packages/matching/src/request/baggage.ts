/** All but W3C's `baggage-octet`; and the percent sign, which is one, but would begin an escape. */
const NEEDS_ESCAPE = /[^!#$&-+\--:<-[\]-~]/gu;

/** A label's name is a token. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * The value of a label that travels with a call, from the fields `baggage` of its head: the first of that name, decoded.
 *
 * @see W3C, "Propagation format for distributed context: Baggage"
 */
export function findLabel(fields: readonly string[], name: string): string | undefined {
  for (const field of fields) {
    for (const member of field.split(",")) {
      const equals = member.indexOf("=");
      if (equals < 0 || member.slice(0, equals).trim() !== name) continue;
      const properties = member.indexOf(";", equals);
      return decode(member.slice(equals + 1, properties < 0 ? member.length : properties).trim());
    }
  }
  return undefined;
}

/** The fields with a label set, in one: its earlier members are gone, and all others are kept as they were. */
export function withLabel(fields: readonly string[], name: string, value: string): string {
  const others = fields
    .flatMap((field) => field.split(","))
    .map((member) => member.trim())
    .filter((member) => member !== "" && member.slice(0, Math.max(0, member.indexOf("="))).trim() !== name);
  return [...others, `${name}=${value.replace(NEEDS_ESCAPE, escapeChar)}`].join(",");
}

/** Whether a text can be the name of a label. */
export function isLabelName(name: string): boolean {
  return TOKEN.test(name);
}

function escapeChar(char: string): string {
  // A lone half of a pair has no form in UTF-8.
  return encodeURIComponent(char.isWellFormed() ? char : "\ufffd");
}

function decode(value: string): string {
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    // No UTF-8 once decoded: it is compared as it was written.
    return value;
  }
}
