import { DecodeError } from "../limits/decode-error.ts";
import { describeValue } from "./encode-error.ts";
import { JavaEnumConstant } from "./java-enum-constant.ts";
import type { JavaShape } from "./java-shape.ts";
import { type AnyJavaType, REFUSED } from "./java-type.ts";

/** Under this key a map says of which class it is. */
const CLASS = "class";

/**
 * A value of a type as a client without its classes has it: objects are maps, with the names of their classes under `class`, and
 * constants of enums are their names.
 *
 * @see org.apache.dubbo.common.utils.PojoUtils#generalize
 */
export function generalize(value: unknown, type: AnyJavaType): unknown {
  if (value === null || value === undefined) return null;
  const { shape } = type;
  switch (shape.kind) {
    case "class": {
      const fields = shape.fields().map(([name, field]): [string, unknown] => {
        return [name, generalize((value as Readonly<Record<string, unknown>>)[name], field)];
      });
      return new Map<string, unknown>([[CLASS, shape.className], ...fields]);
    }
    case "list":
    case "set":
      return Array.from(value as Iterable<unknown>, (item) => generalize(item, shape.item));
    case "map":
      return new Map(
        entriesOf(value).map(([key, item]) => [generalize(key, shape.key), generalize(item, shape.value)]),
      );
    case "boxed":
    case "required":
      return generalize(value, shape.type);
    default:
      return value;
  }
}

/**
 * The value of a type that a client without its classes has given.
 *
 * @throws {DecodeError} for a value that is not of the type, with the path to it.
 */
export function realize(value: unknown, type: AnyJavaType, path = ""): unknown {
  if (value === null) return accept(null, type, path);
  const { shape } = type;
  switch (shape.kind) {
    case "class":
      return value instanceof Map ? realizeObject(value, shape, path) : accept(value, type, path);
    case "list":
    case "set": {
      if (!Array.isArray(value)) return accept(value, type, path);
      const items = value.map((item, i) => realize(item, shape.item, `${path}[${i}]`));
      return shape.kind === "set" ? new Set(items) : items;
    }
    case "map": {
      if (!(value instanceof Map)) return accept(value, type, path);
      return new Map(
        [...value].map(([key, item]) => [
          realize(key, shape.key, path),
          realize(item, shape.value, `${path}[${describeValue(key)}]`),
        ]),
      );
    }
    case "boxed":
    case "required":
      return realize(value, shape.type, path);
    case "enum":
      return accept(value instanceof JavaEnumConstant ? value.name : value, type, path);
    default:
      return accept(value, type, path);
  }
}

type ClassShape = Extract<JavaShape, { readonly kind: "class" }>;

/** What the class has not is dropped, and what is missing has Java's default, as between any two versions of a class. */
function realizeObject(value: ReadonlyMap<unknown, unknown>, shape: ClassShape, path: string): object {
  const fields: Record<string, unknown> = Object.create(null);
  for (const [name, type] of shape.fields()) {
    const given = value.get(name);
    fields[name] =
      given === undefined ? type.absent : realize(given, type, path === "" ? name : `${path}.${name}`);
  }
  return shape.of(fields);
}

function accept(value: unknown, type: AnyJavaType, path: string): unknown {
  const accepted = type.accept(value);
  if (accepted !== REFUSED) return accepted;
  const what = `expected ${type.name}, got ${describeValue(value)}`;
  throw new DecodeError("INVALID_ARGUMENT", `generic value: ${path === "" ? what : `${path}: ${what}`}`, 0);
}

function entriesOf(value: unknown): (readonly [unknown, unknown])[] {
  return value instanceof Map ? [...value] : Object.entries(value as object);
}
