/**
 * A double that a number would not tell from an int: what {@link HessianReader} gives for whole doubles when it is asked to
 * be exact, and how `1.0` is written where no type says so.
 */
export class JavaDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  valueOf(): number {
    return this.value;
  }
}
