import { BUILT_IN } from "./built-in-classes.ts";
import { describeValue, EncodeError } from "./encode-error.ts";
import { instanceClassOf } from "./instance-class.ts";
import { JavaDate } from "./java-date.ts";
import { JavaDouble } from "./java-double.ts";
import { JavaEnumConstant } from "./java-enum-constant.ts";
import { JavaList } from "./java-list.ts";
import { JavaMap } from "./java-map.ts";
import { JavaObject } from "./java-object.ts";
import { JavaScalar } from "./java-scalar.ts";
import { StreamWriter } from "./stream-writer.ts";

/**
 * Writes values one after the other into a stream: those that are the same object are written once, and referred to. One
 * writer serves a connection, message after message.
 */
export class HessianWriter extends StreamWriter {
  /**
   * Writes a value by what it is: a whole number that fits is an int, any other a double; a `bigint` a long; an array a list;
   * a `Map` or a plain object a map; a `Date`, bytes, text, and the `Java…` classes what they stand for.
   *
   * @throws {EncodeError} for what Java has no word for: functions, symbols, longs over 64 bits.
   */
  any(value: unknown): void {
    switch (typeof value) {
      case "string":
        this.string(value);
        return;
      case "number":
        this.number(value);
        return;
      case "boolean":
        this.byte(value ? 0x54 : 0x46);
        return;
      case "bigint":
        this.long(value);
        return;
      case "undefined":
        this.byte(0x4e);
        return;
      case "object":
        if (value === null) this.byte(0x4e);
        else this.#object(value);
        return;
      default:
        throw new EncodeError(`${describeValue(value)} is nothing that Java has`);
    }
  }

  /** A list without a type, as Java writes an ArrayList. */
  array(items: readonly unknown[]): void {
    if (this.refer(items)) return;
    this.beginList(this.profile.typesArrayLists ? "java.util.ArrayList" : null, items.length);
    for (let i = 0; i < items.length; i++) this.#item(items[i], i);
    this.endList();
  }

  /** Writes an item, whose number an error names. */
  #item(item: unknown, number: number): void {
    try {
      this.any(item);
    } catch (error) {
      throw error instanceof EncodeError ? error.within(`[${number}]`) : error;
    }
  }

  #object(value: object): void {
    const known = instanceClassOf(value);
    if (known !== undefined) known.writeInstance(this, value);
    else if (Array.isArray(value)) this.array(value);
    else if (value instanceof Map) this.#map(value, null, value.entries());
    else if (value instanceof Date || value instanceof JavaDate) this.date(value);
    else if (value instanceof Uint8Array) this.binary(value);
    else if (value instanceof JavaObject) this.#javaObject(value);
    else if (value instanceof JavaList) this.#javaList(value);
    else if (value instanceof JavaMap) this.#map(value, value.type, value.entries);
    else if (value instanceof JavaDouble) this.double(value.value);
    else if (value instanceof JavaScalar) this.#scalar(value);
    else if (value instanceof JavaEnumConstant) this.#enumConstant(value);
    else if (value instanceof Set) this.#javaList(new JavaList("java.util.HashSet", [...value]), value);
    else this.#plainObject(value);
  }

  #scalar(scalar: JavaScalar): void {
    const known = BUILT_IN.get(scalar.type);
    if (known === undefined) throw new EncodeError(`nobody knows how a ${scalar.type} is written`);
    if (!this.refer(scalar)) known.writeScalar(this, scalar.value);
  }

  #enumConstant(constant: JavaEnumConstant): void {
    if (this.refer(constant)) return;
    this.beginObject({ name: constant.className, fields: ["name"] });
    this.string(constant.name);
    this.leave();
  }

  /** A map with the properties of a plain object. */
  #plainObject(value: object): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new EncodeError(`${describeValue(value)} is of no class that was registered`);
    }
    this.#map(value, null, Object.entries(value));
  }

  #map(identity: object, type: string | null, entries: Iterable<readonly [unknown, unknown]>): void {
    if (this.refer(identity)) return;
    this.beginMap(type);
    let isFirst = true;
    for (const [key, value] of entries) {
      // Java would read a first key of `true` as the number of a type. One of no name stands before it then.
      if (isFirst && this.isOld && type === null && key === true) this.tag16(0x74, 0);
      isFirst = false;
      this.any(key);
      try {
        this.any(value);
      } catch (error) {
        throw error instanceof EncodeError ? error.within(`[${describeValue(key)}]`) : error;
      }
    }
    this.endOpen();
  }

  #javaList(list: JavaList, identity: object = list): void {
    if (this.refer(identity)) return;
    const { type, items } = list;
    if (list.isOpen) this.beginOpenList(type);
    else this.beginList(type, items.length);
    if (list.isOpen && this.isOld && type === null && items[0] === true) this.tag16(0x74, 0);
    for (let i = 0; i < items.length; i++) this.#item(items[i], i);
    if (list.isOpen) this.endOpen();
    else this.endList();
  }

  #javaObject(object: JavaObject): void {
    if (this.refer(object)) return;
    const { definition, values } = object;
    this.beginObject(definition);
    for (let i = 0; i < definition.fields.length; i++) {
      try {
        this.any(values[i]);
      } catch (error) {
        throw error instanceof EncodeError ? error.within(`${definition.fields[i]}`, definition.name) : error;
      }
    }
    this.leave();
  }
}
