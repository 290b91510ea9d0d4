import { type ScalarClass, scalarClass } from "./scalar-kind.ts";

/** `java.sql.Timestamp` has lost its nanoseconds before it is on the wire. */
function sqlClass(name: "Date" | "Time" | "Timestamp"): ScalarClass<Date> {
  const javaName = `java.sql.${name}`;
  return scalarClass<Date>({
    javaName,
    shape: { kind: "date" },
    classNames: [javaName],
    read(field) {
      const value = field("value");
      return value instanceof Date ? value : undefined;
    },
    form: (value) => ({ className: javaName, fields: [["value", (writer) => writer.date(value)]] }),
  });
}

export const sqlDate: ScalarClass<Date> = sqlClass("Date");
export const sqlTime: ScalarClass<Date> = sqlClass("Time");
export const sqlTimestamp: ScalarClass<Date> = sqlClass("Timestamp");
