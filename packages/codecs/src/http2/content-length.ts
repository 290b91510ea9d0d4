/** How long a body is to be, where a head says so in digits. */
export function contentLength(fields: readonly string[]): number | undefined {
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i] !== "content-length") continue;
    const text = fields[i + 1] as string;
    return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  }
  return undefined;
}
