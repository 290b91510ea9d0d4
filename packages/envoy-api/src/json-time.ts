/** The texts proto3 JSON has for points and spans of time, and for field masks. */
import type { Duration, Timestamp } from "./duration.ts";
import { ProtoError } from "./proto-error.ts";

/** Ten thousand years, the range of a Duration in seconds. */
const maxDurationSeconds = 315_576_000_000;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
const minTimestampSeconds = -62_135_596_800;
const maxTimestampSeconds = 253_402_300_799;

/** `1.5s`; undefined if it is not that, or out of range. */
export function parseDuration(text: string): Duration | undefined {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(text);
  if (match === null) return undefined;
  const sign = match[1] === "-" ? -1 : 1;
  const seconds = Number(match[2]);
  if (seconds > maxDurationSeconds) return undefined;
  // `+ 0` makes zero of minus zero.
  return { seconds: sign * seconds + 0, nanos: sign * parseFraction(match[3]) + 0 };
}

/** @throws ProtoError if the parts are out of range or of different sign. */
export function printDuration({ seconds, nanos }: Duration): string {
  const whole = Number(seconds);
  const isValid = Math.abs(whole) <= maxDurationSeconds && Math.abs(nanos) < 1e9 && whole * nanos >= 0;
  if (!isValid) throw new ProtoError(`no valid Duration: ${seconds} s and ${nanos} ns`);
  const sign = whole < 0 || nanos < 0 ? "-" : "";
  return `${sign}${Math.abs(whole)}${printFraction(Math.abs(nanos))}s`;
}

const timestampPattern = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** RFC 3339, `2024-05-01T12:00:00.5Z`; undefined if it is not that, or out of range. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = timestampPattern.exec(text);
  if (match === null) return undefined;
  const [, whole = "", fraction, zone = ""] = match;
  const local = Date.parse(`${whole}Z`);
  // `Date` turns 30 February into 1 March.
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(whole)) return undefined;
  const seconds = local / 1000 - zoneSeconds(zone);
  if (seconds < minTimestampSeconds || seconds > maxTimestampSeconds) return undefined;
  return { seconds, nanos: parseFraction(fraction) };
}

/** @throws ProtoError if it is before the year 1 or after 9999. */
export function printTimestamp({ seconds, nanos }: Timestamp): string {
  const whole = Number(seconds);
  if (!(whole >= minTimestampSeconds && whole <= maxTimestampSeconds && nanos >= 0 && nanos < 1e9)) {
    throw new ProtoError(`no valid Timestamp: ${seconds} s and ${nanos} ns`);
  }
  return `${new Date(whole * 1000).toISOString().slice(0, 19)}${printFraction(nanos)}Z`;
}

/** `a.b,cD` → `["a.b", "c_d"]`; undefined if a path has an underscore, which no lowerCamelCase name has. */
export function parseFieldMask(text: string): { readonly paths: readonly string[] } | undefined {
  if (text === "") return { paths: [] };
  if (text.includes("_")) return undefined;
  return {
    paths: text.split(",").map((path) => path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
  };
}

/** @throws ProtoError if a path would not come back the same. */
export function printFieldMask({ paths }: { readonly paths: readonly string[] }): string {
  return paths
    .map((path) => {
      if (/[A-Z,]|_[^a-z]|_$/.test(path)) throw new ProtoError(`field mask path "${path}" has no JSON form`);
      return path.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
    })
    .join(",");
}

function parseFraction(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits.padEnd(9, "0"));
}

/** None, 3, 6 or 9 digits, as Google's implementations print. */
function printFraction(nanos: number): string {
  if (nanos === 0) return "";
  const digits = String(nanos).padStart(9, "0");
  return `.${digits.replace(/(?:000){1,2}$/, "")}`;
}

function zoneSeconds(zone: string): number {
  if (zone === "Z") return 0;
  const seconds = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(4, 6)) * 60;
  return zone.startsWith("-") ? -seconds : seconds;
}
