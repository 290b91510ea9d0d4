import type { AnyJavaType } from "../hessian/java-type.ts";
import { type BareType, bareType, fieldsOf } from "./type-shape.ts";
import type { ValuePath } from "./value-path.ts";

/** Objects of JSON in the making. Their names are those of the schema. */
type Tree = Record<string, unknown>;

/**
 * Puts text of a path or a query at a field of the arguments: `order.id=7`. Of a list each further one is another item.
 *
 * @param tree Null-prototyped; what is on the way is made.
 * @throws {TranslateError} for names that the arguments do not have, and for what text cannot say.
 */
export function putText(
  tree: Tree,
  args: ReadonlyMap<string, AnyJavaType>,
  fields: readonly string[],
  text: string,
  path: ValuePath,
): void {
  let known: ReadonlyMap<string, AnyJavaType> = args;
  let at = tree;
  for (const [i, field] of fields.entries()) {
    const type = known.get(field);
    if (type === undefined) path.fail(`there is no ${JSON.stringify(fields.slice(0, i + 1).join("."))}`);
    const bare = bareType(type);
    if (i === fields.length - 1) {
      putLeaf(at, field, bare, text, path);
      return;
    }
    if (bare.shape.kind !== "class") path.fail(`${JSON.stringify(field)} has no fields`);
    known = fieldsOf(bare.shape);
    const next = at[field];
    if (typeof next === "object" && next !== null) at = next as Tree;
    else {
      const made = Object.create(null) as Tree;
      at[field] = made;
      at = made;
    }
  }
}

function putLeaf(at: Tree, field: string, { shape, type }: BareType, text: string, path: ValuePath): void {
  switch (shape.kind) {
    case "list":
    case "set": {
      const value = leafOf(bareType(shape.item), text, path);
      const items = at[field];
      if (Array.isArray(items)) items.push(value);
      else at[field] = [value];
      break;
    }
    default:
      // The last one counts, as for a field of a message.
      at[field] = leafOf({ shape, type }, text, path);
  }
}

/** What stands for the text in JSON: numbers may be text there. */
function leafOf({ shape, type }: Pick<BareType, "shape" | "type">, text: string, path: ValuePath): unknown {
  switch (shape.kind) {
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "class":
    case "list":
    case "set":
    case "map":
      return path.fail(`a query cannot say a ${type.name}`);
    default:
      return text;
  }
}
