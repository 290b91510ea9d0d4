const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

const DAY_MS = 86_400_000;

/** `%E3S`, `%E*S`, `%E4Y`, `%Ez`, `%3f`, `%f`, or a letter; `%%`. */
const SPECIFIER = /%(?:E(\d|\*)S|E4Y|Ez|(\d?)f|([a-zA-Z%]))/g;

/**
 * A time in UTC as `strftime` writes it, with Envoy's fractions of seconds. What is no specifier stays as it is; without a
 * format it is ISO 8601 with milliseconds.
 *
 * @param wallMs milliseconds since 1970. There are no finer parts: digits behind them are 0.
 * @see Envoy, "Access logging", START_TIME
 */
export function formatTime(wallMs: number, format = ""): string {
  const date = new Date(wallMs);
  if (format === "") return date.toISOString();
  const nanos = `${pad(date.getUTCMilliseconds(), 3)}000000`;
  return format.replace(SPECIFIER, (whole, digits?: string, fraction?: string, letter?: string) => {
    if (digits !== undefined) return seconds(date, digits);
    if (fraction !== undefined) return nanos.slice(0, fraction === "" ? 9 : Number(fraction));
    if (letter === undefined) return whole === "%E4Y" ? pad(date.getUTCFullYear(), 4) : "+00:00";
    return SIMPLE[letter]?.(date) ?? whole;
  });
}

const SIMPLE: Readonly<Record<string, (date: Date) => string>> = {
  "%": () => "%",
  t: () => "\t",
  Y: (date) => String(date.getUTCFullYear()),
  y: (date) => pad(date.getUTCFullYear() % 100),
  C: (date) => pad(Math.trunc(date.getUTCFullYear() / 100)),
  G: (date) => String(isoThursday(date).getUTCFullYear()),
  m: (date) => pad(date.getUTCMonth() + 1),
  B: (date) => MONTHS[date.getUTCMonth()] as string,
  b: (date) => (MONTHS[date.getUTCMonth()] as string).slice(0, 3),
  h: (date) => (MONTHS[date.getUTCMonth()] as string).slice(0, 3),
  d: (date) => pad(date.getUTCDate()),
  e: (date) => String(date.getUTCDate()).padStart(2),
  j: (date) => pad(dayOfYear(date) + 1, 3),
  A: (date) => DAYS[date.getUTCDay()] as string,
  a: (date) => (DAYS[date.getUTCDay()] as string).slice(0, 3),
  u: (date) => String(date.getUTCDay() || 7),
  w: (date) => String(date.getUTCDay()),
  // Weeks that begin on Sunday, on Monday, and those of ISO 8601.
  U: (date) => pad(Math.trunc((dayOfYear(date) + 7 - date.getUTCDay()) / 7)),
  W: (date) => pad(Math.trunc((dayOfYear(date) + 7 - ((date.getUTCDay() + 6) % 7)) / 7)),
  V: (date) => pad(Math.trunc(dayOfYear(isoThursday(date)) / 7) + 1),
  H: (date) => pad(date.getUTCHours()),
  k: (date) => String(date.getUTCHours()).padStart(2),
  I: (date) => pad(date.getUTCHours() % 12 || 12),
  l: (date) => String(date.getUTCHours() % 12 || 12).padStart(2),
  p: (date) => (date.getUTCHours() < 12 ? "AM" : "PM"),
  M: (date) => pad(date.getUTCMinutes()),
  S: (date) => pad(date.getUTCSeconds()),
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  z: () => "+0000",
  Z: () => "UTC",
  D: (date) => formatTime(date.getTime(), "%m/%d/%y"),
  x: (date) => formatTime(date.getTime(), "%m/%d/%y"),
  F: (date) => formatTime(date.getTime(), "%Y-%m-%d"),
  T: (date) => formatTime(date.getTime(), "%H:%M:%S"),
  X: (date) => formatTime(date.getTime(), "%H:%M:%S"),
  R: (date) => formatTime(date.getTime(), "%H:%M"),
  c: (date) => formatTime(date.getTime(), "%a %b %e %H:%M:%S %Y"),
};

/** Seconds with so many digits behind the point; `*`: as many as there are. */
function seconds(date: Date, digits: string): string {
  const whole = pad(date.getUTCSeconds());
  const all = `${pad(date.getUTCMilliseconds(), 3)}000000`;
  const part = digits === "*" ? all.replace(/0+$/, "") : all.slice(0, Number(digits));
  return part === "" ? whole : `${whole}.${part}`;
}

/** From 0. */
function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS);
}

/** The Thursday of its week, whose year is that of the week (ISO 8601). */
function isoThursday(date: Date): Date {
  return new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * DAY_MS);
}

function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, "0");
}
