import { HessianSkipper } from "./hessian-skipper.ts";
import * as tag from "./tags.ts";

/**
 * A {@link HessianSkipper} that enters objects: for proxies that look for one field, and change it where it stands.
 *
 * ```ts
 * import { ObjectWalker } from "@dualmesh/codecs/hessian";
 *
 * const bytes = Buffer.from("4f9661622e436174 91026964 6f90 e7".replaceAll(" ", ""), "hex");
 * const walker = new ObjectWalker("3").begin(bytes);
 * console.log(walker.enterObject(), bytes[walker.at]?.toString(16)); // => [ 'id' ] e7
 * ```
 */
export class ObjectWalker extends HessianSkipper {
  /**
   * The names of the next value's fields, if it is an object: its values follow, one for each, once this has taken its head.
   * Nothing ends it.
   *
   * @returns `undefined`, and nothing is taken, for a value that is no object.
   * @throws {DecodeError} for a class that is none.
   */
  enterObject(): string[] | undefined {
    for (let isDefined = false; ; isDefined = true) {
      const byte = this.at < this.end ? (this.bytes[this.at] as number) : 0;
      const kind = this.tags[byte] as number;
      if (!tag.isObject(kind) && !isDefined) return undefined;
      this.byte();
      this.spend(1);
      if (kind === tag.DEFINITION || kind === tag.OLD_DEFINITION) {
        this.define(kind);
        continue;
      }
      if (!tag.isObject(kind)) this.badTag(byte, "an object of the class that was just defined");
      const number = kind === tag.OBJECT_SHORT ? byte - 0x60 : this.int("the number of a class");
      const count = this.fieldCount(number);
      this.countReference();
      return this.#namesOf(number, count);
    }
  }

  /** Read once more: those who only skip need none. */
  #namesOf(number: number, count: number): string[] {
    const here = this.at;
    this.at = this.fieldsAt[number] as number;
    const names = Array.from({ length: count }, () => this.name("the name of a field"));
    this.at = here;
    return names;
  }
}
