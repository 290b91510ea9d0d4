/**
 * A value of one of Java's own small classes, as an `any` reads and writes it: `java.math.BigDecimal`, `java.util.UUID`,
 * `java.time.LocalDate` … Where a type says what is due (`java.decimal`), the bare value stands instead.
 */
export class JavaScalar {
  /** The class in Java, whatever its stand-in on the wire is called. */
  readonly type: string;
  /** Text in Java's own form (ISO 8601 for times), a number, a `bigint`, or a `Date`. */
  readonly value: string | number | bigint | Date;

  constructor(type: string, value: string | number | bigint | Date) {
    this.type = type;
    this.value = value;
  }

  toString(): string {
    return String(this.value);
  }
}
