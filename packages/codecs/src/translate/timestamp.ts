const FORM = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, as `google.protobuf.Timestamp` has them. Seconds. */
export const MIN_TIMESTAMP_S = -62_135_596_800;
export const MAX_TIMESTAMP_S = 253_402_300_799;

/**
 * The date of text in RFC 3339; `undefined` for what is none, and for a day that no month has. What is finer than milliseconds is
 * cut off.
 */
export function parseTimestamp(text: string): Date | undefined {
  const [, day, time, fraction = "", offset] = FORM.exec(text) ?? [];
  if (day === undefined || offset === undefined) return undefined;
  const local = new Date(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, "0")}Z`);
  // A 30th of February would become a 1st of March.
  if (Number.isNaN(local.getTime()) || !local.toISOString().startsWith(`${day}T${time}`)) return undefined;
  const date = new Date(local.getTime() - offsetMs(offset));
  return formatTimestamp(date) === undefined ? undefined : date;
}

/** `2024-02-29T12:34:56.789Z`, without the fraction if it is 0; `undefined` for a date out of the years 1 to 9999. */
export function formatTimestamp(date: Date): string | undefined {
  const seconds = Math.floor(date.getTime() / 1_000);
  if (!(seconds >= MIN_TIMESTAMP_S && seconds <= MAX_TIMESTAMP_S)) return undefined;
  return date.toISOString().replace(".000Z", "Z");
}

function offsetMs(offset: string): number {
  if (offset.length === 1) return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4));
  return (offset.startsWith("-") ? -minutes : minutes) * 60_000;
}
