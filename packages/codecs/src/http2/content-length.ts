/**
 * How long a body is to be, where a head says so. A text: why that cannot be told. Of two lengths, even equal ones, another
 * hop may take the other one (RFC 9110, section 8.6).
 */
export function contentLength(fields: readonly string[]): number | string | undefined {
  let length: number | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i] !== "content-length") continue;
    const text = fields[i + 1] as string;
    if (length !== undefined) return "two fields content-length";
    length = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(length)) return `content-length ${JSON.stringify(text.slice(0, 40))}`;
  }
  return length;
}
