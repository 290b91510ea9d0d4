/**
 * The value of a cookie in the fields `cookie` of a request: the first of that name, without surrounding quotes.
 *
 * @see RFC 6265, section 4.2
 */
export function findCookie(fields: readonly string[], name: string): string | undefined {
  for (const field of fields) {
    let equals = field.indexOf("=");
    for (let at = 0; at <= field.length; ) {
      const semicolon = field.indexOf(";", at);
      const end = semicolon < 0 ? field.length : semicolon;
      // Sought again only behind the last one: a field without any is read once, however many its parts.
      if (equals >= 0 && equals < at) equals = field.indexOf("=", at);
      // White space is skipped before a name and nowhere else: Envoy's rule.
      if (equals >= 0 && equals < end && field.slice(at, equals).trimStart() === name) {
        return unquoted(field.slice(equals + 1, end));
      }
      at = end + 1;
    }
  }
  return undefined;
}

function unquoted(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
