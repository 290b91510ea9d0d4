import { civilFromDays, daysFromCivil } from "./civil-days.ts";
import { EncodeError } from "./encode-error.ts";
import type { HessianProfile } from "./profile.ts";
import {
  intField,
  isWhole,
  longField,
  matchForm,
  type ScalarClass,
  scalarClass,
  textField,
  type WireForm,
} from "./scalar-kind.ts";

// java.time goes over the wire as stand-ins of Hessian's own. Here it is text in ISO 8601, as Java's `toString` has it, with
// all of its nanoseconds; seconds are always there.

const DATE = String.raw`([+-]?\d{4,9})-(\d\d)-(\d\d)`;
const TIME = String.raw`(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?`;
const OFFSET = String.raw`(Z|[+-]\d\d:\d\d(?::\d\d)?)`;

type Read = (field: (name: string) => unknown) => string | undefined;
type Parts = (match: RegExpExecArray, profile: HessianProfile) => WireForm["fields"];

function timeClass(name: string, pattern: string, read: Read, parts: Parts): ScalarClass<string> {
  const javaName = `java.time.${name}`;
  const form = new RegExp(`^${pattern}$`);
  return scalarClass<string>({
    javaName,
    classNames: handlesOf(name),
    read,
    form: (value, profile) => ({
      className: `${profile.handlePackage}java8.${name}Handle`,
      fields: parts(matchForm(form, javaName, value), profile),
    }),
  });
}

function handlesOf(name: string): readonly string[] {
  return ["com.caucho", "com.alibaba.com.caucho"].map((owner) => `${owner}.hessian.io.java8.${name}Handle`);
}

/** `2024-02-29` */
export const localDate: ScalarClass<string> = timeClass(
  "LocalDate",
  DATE,
  (field) => join(dateText, field("year"), field("month"), field("day")),
  ([, year, month, day]) => [
    ["year", intField(Number(year))],
    ["month", intField(Number(month))],
    ["day", intField(Number(day))],
  ],
);

/** `12:34:56.789` */
export const localTime: ScalarClass<string> = timeClass(
  "LocalTime",
  TIME,
  (field) => join(timeText, field("hour"), field("minute"), field("second"), field("nano")),
  ([, hour, minute, second, fraction]) => [
    ["hour", intField(Number(hour))],
    ["minute", intField(Number(minute))],
    ["second", intField(Number(second ?? 0))],
    ["nano", intField(nanosOf(fraction))],
  ],
);

/** `2024-02-29T12:34:56.789` */
export const localDateTime: ScalarClass<string> = timeClass(
  "LocalDateTime",
  `(${DATE})T(${TIME})`,
  (field) => both(text(field("date"), localDate), text(field("time"), localTime), "T"),
  ([, date = "", , , , time = ""]) => [
    ["date", (writer) => localDate.write(writer, date)],
    ["time", (writer) => localTime.write(writer, time)],
  ],
);

/** `2024-02-29T12:34:56.789Z` */
export const instant: ScalarClass<string> = timeClass(
  "Instant",
  `${DATE}T${TIME}Z`,
  (field) => {
    const [seconds, nanos] = [field("seconds"), field("nanos")];
    if ((typeof seconds !== "bigint" && !isWhole(seconds)) || !isWhole(nanos)) return undefined;
    const all = Number(seconds);
    if (Math.abs(all) > MAX_INSTANT_S) return undefined;
    const days = Math.floor(all / DAY_S);
    const second = all - days * DAY_S;
    const [year, month, day] = civilFromDays(days);
    const time = timeText(Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60, nanos);
    return `${dateText(year, month, day)}T${time}Z`;
  },
  ([, year, month, day, hour, minute, second, fraction]) => {
    const days = daysFromCivil(Number(year), Number(month), Number(day));
    const seconds = days * DAY_S + Number(hour) * 3600 + Number(minute) * 60 + Number(second ?? 0);
    return [
      ["seconds", longField(seconds)],
      ["nanos", intField(nanosOf(fraction))],
    ];
  },
);

const DAY_S = 86_400;
/** A thousand million years on either side, as Java's own limit. Seconds. */
const MAX_INSTANT_S = 31_556_889_864_403_200;

/** `PT3661.5S`: all of it in seconds. */
export const duration: ScalarClass<string> = timeClass(
  "Duration",
  String.raw`(-?)PT(-?)(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,19})(?:\.(\d{1,9}))?S)?`,
  (field) => {
    const [seconds, nanos] = [field("seconds"), field("nanos")];
    if ((typeof seconds !== "bigint" && !isWhole(seconds)) || !isWhole(nanos)) return undefined;
    const all = BigInt(seconds) * NANOS + BigInt(nanos);
    const size = all < 0n ? -all : all;
    return `PT${all < 0n ? "-" : ""}${size / NANOS}${fractionText(Number(size % NANOS))}S`;
  },
  ([whole = "", before, inside, hours, minutes, seconds, fraction]) => {
    if (hours === undefined && minutes === undefined && seconds === undefined) {
      throw new EncodeError(`expected java.time.Duration, got ${JSON.stringify(whole)}`);
    }
    const size = BigInt(hours ?? 0) * 3600n + BigInt(minutes ?? 0) * 60n + BigInt(seconds ?? 0);
    const nanos = size * NANOS + BigInt(nanosOf(fraction));
    const all = (before === "-") !== (inside === "-") ? -nanos : nanos;
    const rest = ((all % NANOS) + NANOS) % NANOS;
    return [
      ["seconds", longField((all - rest) / NANOS)],
      ["nanos", intField(Number(rest))],
    ];
  },
);

const NANOS = 1_000_000_000n;

/** `P1Y2M3D` */
export const period: ScalarClass<string> = timeClass(
  "Period",
  String.raw`P(?:(-?\d{1,10})Y)?(?:(-?\d{1,10})M)?(?:(-?\d{1,10})D)?`,
  (field) => join((y, m, d) => `P${y}Y${m}M${d}D`, field("years"), field("months"), field("days")),
  ([, years, months, days]) => [
    ["years", intField(Number(years ?? 0))],
    ["months", intField(Number(months ?? 0))],
    ["days", intField(Number(days ?? 0))],
  ],
);

/** `2024` */
export const year: ScalarClass<string> = timeClass(
  "Year",
  String.raw`(-?\d{1,9})`,
  (field) => join((value) => `${value}`, field("year")),
  ([, value]) => [["year", intField(Number(value))]],
);

/** `2024-02` */
export const yearMonth: ScalarClass<string> = timeClass(
  "YearMonth",
  String.raw`([+-]?\d{4,9})-(\d\d)`,
  (field) => join((y, m) => `${yearText(y)}-${two(m)}`, field("year"), field("month")),
  ([, y, m]) => [
    ["year", intField(Number(y))],
    ["month", intField(Number(m))],
  ],
);

/** `--02-29` */
export const monthDay: ScalarClass<string> = timeClass(
  "MonthDay",
  String.raw`--(\d\d)-(\d\d)`,
  (field) => join((m, d) => `--${two(m)}-${two(d)}`, field("month"), field("day")),
  ([, m, d]) => [
    ["month", intField(Number(m))],
    ["day", intField(Number(d))],
  ],
);

const ZONE_OFFSET = new RegExp(`^${OFFSET}$`);

/** `+05:30`, `Z` */
export const zoneOffset: ScalarClass<string> = scalarClass<string>({
  javaName: "java.time.ZoneOffset",
  classNames: handlesOf("ZoneOffset"),
  alias: { javaName: "java.time.ZoneId", matches: ZONE_OFFSET },
  read: (field) => join(offsetText, field("seconds")),
  form(value, profile) {
    matchForm(ZONE_OFFSET, "java.time.ZoneOffset", value);
    const { handlePackage, writesOffsetsAsZones } = profile;
    return writesOffsetsAsZones
      ? { className: `${handlePackage}java8.ZoneIdHandle`, fields: [["zoneId", textField(value)]] }
      : {
          className: `${handlePackage}java8.ZoneOffsetHandle`,
          fields: [["seconds", intField(offsetSeconds(value))]],
        };
  },
});

/** `Asia/Shanghai` */
export const zoneId: ScalarClass<string> = timeClass(
  "ZoneId",
  "(.+)",
  (field) => {
    const id = field("zoneId");
    return typeof id === "string" ? id : undefined;
  },
  ([, id = ""]) => [["zoneId", textField(id)]],
);

/** `2024-02-29T12:34:56+08:00[Asia/Shanghai]` */
export const zonedDateTime: ScalarClass<string> = timeClass(
  "ZonedDateTime",
  String.raw`([^\[\]Z]*\d)${OFFSET}(?:\[(.+)\])?`,
  (field) => {
    const id = field("zoneId");
    const at = both(text(field("dateTime"), localDateTime), text(field("offset"), zoneOffset), "");
    return at === undefined || typeof id !== "string" ? undefined : `${at}[${id}]`;
  },
  ([, dateTime = "", offset = "", id]) => [
    ["zoneId", textField(id ?? offset)],
    ["dateTime", (writer) => localDateTime.write(writer, dateTime)],
    ["offset", (writer) => zoneOffset.write(writer, offset)],
  ],
);

/** `2024-02-29T12:34:56-03:00` */
export const offsetDateTime: ScalarClass<string> = timeClass(
  "OffsetDateTime",
  `(.*\\d)${OFFSET}`,
  (field) => both(text(field("dateTime"), localDateTime), text(field("offset"), zoneOffset), ""),
  ([, dateTime = "", offset = ""]) => [
    ["dateTime", (writer) => localDateTime.write(writer, dateTime)],
    ["offset", (writer) => zoneOffset.write(writer, offset)],
  ],
);

/** `12:34:56Z` */
export const offsetTime: ScalarClass<string> = timeClass(
  "OffsetTime",
  `(${TIME})${OFFSET}`,
  (field) => both(text(field("localTime"), localTime), text(field("zoneOffset"), zoneOffset), ""),
  ([, time = "", , , , , offset = ""]) => [
    ["localTime", (writer) => localTime.write(writer, time)],
    ["zoneOffset", (writer) => zoneOffset.write(writer, offset)],
  ],
);

/** Text of numbers, if all of them are whole ones. */
function join(make: (...numbers: number[]) => string, ...parts: unknown[]): string | undefined {
  return parts.every(isWhole) ? make(...parts) : undefined;
}

function both(first: string | undefined, second: string | undefined, between: string): string | undefined {
  return first === undefined || second === undefined ? undefined : `${first}${between}${second}`;
}

/** The text of a field that is itself a stand-in of this kind. */
function text(value: unknown, kind: ScalarClass<string>): string | undefined {
  const accepted = kind.accept(value);
  return typeof accepted === "string" ? accepted : undefined;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function yearText(value: number): string {
  const size = String(Math.abs(value)).padStart(4, "0");
  return value < 0 ? `-${size}` : value > 9999 ? `+${size}` : size;
}

function dateText(y: number, month: number, day: number): string {
  return `${yearText(y)}-${two(month)}-${two(day)}`;
}

function timeText(hour: number, minute: number, second: number, nano: number): string {
  return `${two(hour)}:${two(minute)}:${two(second)}${fractionText(nano)}`;
}

/** In groups of three digits, as Java prints it. */
function fractionText(nanos: number): string {
  return nanos === 0
    ? ""
    : `.${String(nanos)
        .padStart(9, "0")
        .replace(/(000){1,2}$/, "")}`;
}

function nanosOf(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.padEnd(9, "0"));
}

function offsetText(seconds: number): string {
  if (seconds === 0) return "Z";
  const size = Math.abs(seconds);
  const rest = size % 60 === 0 ? "" : `:${two(size % 60)}`;
  return `${seconds < 0 ? "-" : "+"}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}${rest}`;
}

function offsetSeconds(offset: string): number {
  if (offset === "Z") return 0;
  const [hours = 0, minutes = 0, seconds = 0] = offset.slice(1).split(":").map(Number);
  const size = hours * 3600 + minutes * 60 + seconds;
  return offset.startsWith("-") ? -size : size;
}
