import { type JavaTypeModel, type JavaTypeRef, OBJECT } from "./java-type-model.ts";
import { isForeignThrowable, isJdkName, jdkClass } from "./jdk-classes.ts";

const SERIALIZABLE: ReadonlySet<string> = new Set(["java.io.Serializable", "java.io.Externalizable"]);

/** The types of the input, and who is above and below whom. */
export class TypeGraph {
  readonly types: ReadonlyMap<string, JavaTypeModel>;
  readonly #children = new Map<string, JavaTypeModel[]>();

  constructor(models: Iterable<JavaTypeModel>) {
    this.types = new Map([...models].map((model) => [model.name, model]));
    for (const model of this.types.values()) {
      for (const above of parentsOf(model)) {
        const children = this.#children.get(above) ?? [];
        children.push(model);
        this.#children.set(above, children);
      }
    }
  }

  childrenOf(name: string): readonly JavaTypeModel[] {
    return this.#children.get(name) ?? [];
  }

  /** A class or an enum that is written as one of ours. Exceptions are not, nor are collections with a class of their own. */
  isValue(name: string): boolean {
    const model = this.types.get(name);
    if (model === undefined || model.kind === "interface") return false;
    return !this.isThrowable(name) && !this.isCollection(name);
  }

  isThrowable(name: string): boolean {
    return this.#someAbove(name, (above) => !this.types.has(above) && isForeignThrowable(above));
  }

  isCollection(name: string): boolean {
    return this.#someAbove(name, (above) => {
      const known = this.types.has(above) ? undefined : jdkClass(above);
      return known !== undefined && known.kind !== "scalar";
    });
  }

  isSerializable(name: string): boolean {
    return this.#someAbove(name, (above) => {
      return SERIALIZABLE.has(above) || this.types.get(above)?.hasSerialVersion === true;
    });
  }

  /** The class above one, where it is one of ours. */
  parentOf({ parent }: JavaTypeModel): JavaTypeModel | undefined {
    if (parent?.kind !== "class" || !this.isValue(parent.name)) return undefined;
    return this.types.get(parent.name);
  }

  /** Classes above one, the next first. A class file may lie: whoever is above itself is there once. */
  ancestorsOf(model: JavaTypeModel): readonly JavaTypeModel[] {
    const found: JavaTypeModel[] = [];
    const seen = new Set([model.name]);
    for (let next = this.parentOf(model); next !== undefined && !seen.has(next.name); ) {
      seen.add(next.name);
      found.push(next);
      next = this.parentOf(next);
    }
    return found;
  }

  #someAbove(name: string, test: (above: string) => boolean): boolean {
    const seen = new Set<string>();
    const waiting = [name];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      if (test(next)) return true;
      const model = this.types.get(next);
      if (model !== undefined) waiting.push(...parentsOf(model));
    }
    return false;
  }
}

function parentsOf({ parent, interfaces }: JavaTypeModel): string[] {
  const above = parent === null ? interfaces : [parent, ...interfaces];
  return above.flatMap((one) => (one.kind === "class" ? [one.name] : []));
}

/** Every class that a type names, also in its arguments. */
export function* namesIn(ref: JavaTypeRef): Generator<string> {
  if (ref.kind === "array") yield* namesIn(ref.of);
  if (ref.kind !== "class") return;
  yield ref.name;
  for (const arg of ref.args) yield* namesIn(arg);
}

/** A class that neither the input nor Java itself has. */
export function isMissing(graph: TypeGraph, name: string): boolean {
  return (
    name !== "" && !graph.types.has(name) && !isJdkName(name) && name !== (OBJECT as { name: string }).name
  );
}
