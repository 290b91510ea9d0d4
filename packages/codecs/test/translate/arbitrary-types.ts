import * as fc from "fast-check";
import { type AnyJavaType, type JavaType, java } from "../../src/hessian/index.ts";

/** A type, and values of it that survive JSON and Protocol Buffers as they are. */
export interface TypedValues {
  readonly type: AnyJavaType;
  readonly values: fc.Arbitrary<unknown>;
  /** Whether null is among its values, and survives a field. */
  readonly isNullable: boolean;
}

const text = fc.string({ unit: "grapheme", maxLength: 20 });
const twoDigits = (most: number) => fc.integer({ min: 1, max: most }).map((n) => String(n).padStart(2, "0"));

const Color = java.enum("com.example.Color", ["RED", "green", "$BLUE"]);

function of(type: unknown, values: fc.Arbitrary<unknown>, isNullable = false): TypedValues {
  return { type: type as AnyJavaType, values, isNullable };
}

export const SCALARS: readonly TypedValues[] = [
  of(java.int, fc.integer()),
  of(java.short, fc.integer({ min: -0x8000, max: 0x7fff })),
  of(java.byte, fc.integer({ min: -0x80, max: 0x7f })),
  of(java.long, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  of(java.safeLong, fc.maxSafeInteger()),
  of(java.double, fc.double()),
  of(java.float, fc.float()),
  of(java.boolean, fc.boolean()),
  of(
    java.char,
    fc.integer({ min: 0, max: 0xd7ff }).map((unit) => String.fromCharCode(unit)),
  ),
  of(java.string, text, true),
  of(
    java.bytes,
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    true,
  ),
  of(
    java.date,
    fc.date({
      min: new Date("0001-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59.999Z"),
      noInvalidDate: true,
    }),
    true,
  ),
  of(java.sqlTimestamp, fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), true),
  of(
    java.decimal,
    fc.tuple(fc.bigInt(), fc.nat(9)).map(([n, scale]) => `${n}.${scale}`),
    true,
  ),
  of(java.bigInteger, fc.bigInt(), true),
  of(java.uuid, fc.uuid(), true),
  of(
    java.localDate,
    fc.tuple(twoDigits(12), twoDigits(28)).map(([m, d]) => `2024-${m}-${d}`),
    true,
  ),
  of(java.atomicLong, fc.bigInt({ min: -1000n, max: 1000n }), true),
  of(java.boxed(java.int), fc.integer(), true),
  of(java.boxed(java.double), fc.double(), true),
  of(java.required(java.string), text),
  of(Color, fc.constantFrom("RED", "green", "$BLUE"), true),
];

export const KEYS: readonly TypedValues[] = SCALARS.filter(({ type }) =>
  ["int", "long", "boolean", "string", "java.util.UUID", "com.example.Color"].includes(type.name),
);

/** Classes within a class, lists within lists, maps of both. */
export const typedValues: fc.Arbitrary<TypedValues> = fc.letrec<{ any: TypedValues; class: TypedValues }>(
  (tie) => ({
    any: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom(...SCALARS),
      tie("any").map(({ type, values }) =>
        of(java.list(type as JavaType<unknown>), fc.array(values, { maxLength: 4 })),
      ),
      fc.tuple(fc.constantFrom(...KEYS), tie("any")).map(([key, item]) =>
        of(
          java.map(key.type as JavaType<unknown>, item.type as JavaType<unknown>),
          fc.array(fc.tuple(key.values, item.values), { maxLength: 4 }).map((entries) => new Map(entries)),
        ),
      ),
      fc
        .constantFrom(...SCALARS)
        .filter(({ type }) => !["byte[]", "date"].includes(type.name))
        .map(({ type, values }) =>
          of(
            java.set(type as JavaType<unknown>),
            fc.uniqueArray(values, { maxLength: 4, selector: String }).map((items) => new Set(items)),
          ),
        ),
      tie("class"),
    ),
    class: fc.array(tie("any"), { minLength: 1, maxLength: 4 }).map((fields) => {
      const named = fields.map((field, i) => [`f${i}`, field] as const);
      const name = `com.example.C${(count++).toString(36)}`;
      const type = java.class(
        name,
        Object.fromEntries(named.map(([key, field]) => [key, field.type as JavaType<unknown>])),
      );
      const record = fc.record(
        Object.fromEntries(
          named.map(([key, { values, isNullable }]) => [key, isNullable ? fc.option(values) : values]),
        ),
      );
      return of(
        type,
        record.map((fieldsOf) => type.of(fieldsOf)),
        true,
      );
    }),
  }),
).any;

let count = 0;
