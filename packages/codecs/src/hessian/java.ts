// The types of Java as an application writes them: `java.int`, `java.list(java.string)`, `java.class(…)`.

export { array, list, map, set } from "./collection-types.ts";
export { javaClass as class } from "./java-class.ts";
export { javaEnum as enum } from "./java-enum.ts";
export { classOf, currency, locale, uuid } from "./name-kinds.ts";
export { atomicInteger, atomicLong, bigInteger, decimal } from "./number-kinds.ts";
export {
  any,
  boolean,
  byte,
  bytes,
  char,
  date,
  double,
  float,
  int,
  long,
  safeLong,
  short,
  string,
} from "./scalar-types.ts";
export { sqlDate, sqlTime, sqlTimestamp } from "./sql-kinds.ts";
export {
  duration,
  instant,
  localDate,
  localDateTime,
  localTime,
  monthDay,
  offsetDateTime,
  offsetTime,
  period,
  year,
  yearMonth,
  zonedDateTime,
  zoneId,
  zoneOffset,
} from "./time-kinds.ts";
export { boxed, required } from "./type-modifiers.ts";
