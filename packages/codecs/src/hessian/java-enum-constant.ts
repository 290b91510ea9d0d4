/** A constant as an `any` reads it, so that it is written as one again. */
export class JavaEnumConstant {
  readonly className: string;
  readonly name: string;

  constructor(className: string, name: string) {
    this.className = className;
    this.name = name;
  }

  toString(): string {
    return this.name;
  }

  toJSON(): string {
    return this.name;
  }
}
