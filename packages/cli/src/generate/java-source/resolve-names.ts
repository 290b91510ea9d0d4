import {
  isMethodOfObject,
  type JavaMethod,
  type JavaTypeModel,
  type JavaTypeRef,
  PLAIN_PARENTS,
  type TypeParameter,
} from "../java-type-model.ts";
import { isJdkClass } from "../jdk-classes.ts";
import type { SourceType } from "./parse-java-source.ts";

/** Parents of parents are asked for inner classes so far up. */
const MAX_PARENTS = 32;

/**
 * Gives the names in sources the meaning that a compiler gives them, as far as the input goes: `Item` becomes
 * `com.example.Item`, `Map.Entry` becomes `java.util.Map$Entry`, and `T` a type variable.
 *
 * @param compiled Names of classes that come from class files.
 * @see JLS, section 6.5
 */
export function resolveNames(
  sources: readonly SourceType[],
  compiled: Iterable<string>,
): readonly JavaTypeModel[] {
  const known = new Map<string, SourceType | undefined>();
  for (const name of compiled) known.set(name, undefined);
  for (const source of sources) known.set(source.model.name, source);
  return sources.map((source) => new Resolver(source, known).resolve());
}

class Resolver {
  readonly #source: SourceType;
  readonly #known: ReadonlyMap<string, SourceType | undefined>;
  readonly #variables: ReadonlySet<string>;
  readonly #resolved = new Map<string, string>();

  constructor(source: SourceType, known: ReadonlyMap<string, SourceType | undefined>) {
    this.#source = source;
    this.#known = known;
    // An inner class sees the variables of the class around it.
    this.#variables = new Set(
      source.enclosing.flatMap((name) => namesOf(known.get(name)?.model.typeParameters ?? [])),
    );
  }

  resolve(): JavaTypeModel {
    const { model } = this.#source;
    const variables = this.#variables;
    const type = (ref: JavaTypeRef): JavaTypeRef => this.#type(ref, variables);
    const parent = model.parent === null ? null : type(model.parent);
    return {
      ...model,
      typeParameters: this.#parameters(model.typeParameters, variables),
      parent: parent?.kind === "class" && !PLAIN_PARENTS.has(parent.name) ? parent : null,
      interfaces: model.interfaces.map(type),
      fields: model.fields.map((field) => ({ name: field.name, type: type(field.type) })),
      methods: model.methods.map((method) => this.#method(method)).filter((one) => !isMethodOfObject(one)),
    };
  }

  #method(method: JavaMethod): JavaMethod {
    const variables = new Set([...this.#variables, ...namesOf(method.typeParameters)]);
    return {
      name: method.name,
      typeParameters: this.#parameters(method.typeParameters, variables),
      parameters: method.parameters.map(({ name, type }) => ({ name, type: this.#type(type, variables) })),
      returns: this.#type(method.returns, variables),
      throws: method.throws.filter((name) => !variables.has(name)).map((name) => this.#name(name)),
    };
  }

  #parameters(parameters: readonly TypeParameter[], variables: ReadonlySet<string>): TypeParameter[] {
    return parameters.map(({ name, bound }) => ({ name, bound: this.#type(bound, variables) }));
  }

  #type(ref: JavaTypeRef, variables: ReadonlySet<string>): JavaTypeRef {
    switch (ref.kind) {
      case "array":
        return { kind: "array", of: this.#type(ref.of, variables) };
      case "class":
        return variables.has(ref.name) && ref.args.length === 0
          ? { kind: "variable", name: ref.name }
          : {
              kind: "class",
              name: this.#name(ref.name),
              args: ref.args.map((arg) => this.#type(arg, variables)),
            };
      case "primitive":
      case "variable":
        return ref;
      default:
        return ref satisfies never;
    }
  }

  #name(written: string): string {
    const known = this.#resolved.get(written);
    if (known !== undefined) return known;
    const [first = "", ...inner] = written.split(".");
    const simple = this.#inScope(first) ?? (inner.length === 0 ? this.#outOfScope(first) : undefined);
    // What is no class by its first name is a class by its whole one; on demand it may still be one of a package.
    const demanded = simple ?? (/^\p{Lu}/u.test(first) ? this.#outOfScope(first) : undefined);
    const name = demanded === undefined ? this.#qualified(written) : [demanded, ...inner].join("$");
    this.#resolved.set(written, name);
    return name;
  }

  /** In this order: a class around, or an inner one of it; an import; the package; an import on demand, or `java.lang`. */
  #inScope(name: string): string | undefined {
    const { imports, enclosing } = this.#source;
    for (const outer of enclosing) {
      if (outer.slice(1 + Math.max(outer.lastIndexOf("."), outer.lastIndexOf("$"))) === name) return outer;
      const member = this.#member(outer, name, 0);
      if (member !== undefined) return member;
    }
    const imported = imports.single.get(name);
    if (imported !== undefined) return this.#qualified(imported);
    const sibling = imports.packageName === "" ? name : `${imports.packageName}.${name}`;
    if (this.#known.has(sibling)) return sibling;
    for (const demanded of [...imports.onDemand, "java.lang"]) {
      const inPackage = `${demanded}.${name}`;
      if (this.#known.has(inPackage) || isJdkClass(inPackage)) return inPackage;
      const inClass = `${this.#qualified(demanded)}$${name}`;
      if (this.#known.has(inClass)) return inClass;
    }
    return undefined;
  }

  /** Nobody knows: the one package that is imported on demand, else the package of the file. */
  #outOfScope(name: string): string {
    const { onDemand, packageName } = this.#source.imports;
    if (onDemand.length === 1) return `${onDemand[0]}.${name}`;
    return packageName === "" ? name : `${packageName}.${name}`;
  }

  /** An inner class of a class, or of its parents. */
  #member(outer: string, name: string, depth: number): string | undefined {
    const own = `${outer}$${name}`;
    if (this.#known.has(own)) return own;
    const source = this.#known.get(outer);
    if (source === undefined || depth > MAX_PARENTS) return undefined;
    const { parent, interfaces } = source.model;
    for (const above of parent === null ? interfaces : [parent, ...interfaces]) {
      if (above.kind !== "class") continue;
      const found = this.#member(this.#parentName(source, above.name), name, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A parent as its own file names it, without what is inherited there: that may be what is looked for. */
  #parentName({ imports, enclosing }: SourceType, written: string): string {
    const [first = "", ...inner] = written.split(".");
    const beside = enclosing.map((outer) => `${outer}$${first}`).find((name) => this.#known.has(name));
    if (beside !== undefined) return [beside, ...inner].join("$");
    const imported = imports.single.get(first);
    const sibling = imports.packageName === "" ? first : `${imports.packageName}.${first}`;
    if (imported !== undefined) return [this.#qualified(imported), ...inner].join("$");
    return this.#known.has(sibling) ? [sibling, ...inner].join("$") : this.#qualified(written);
  }

  /** `com.example.Outer.Inner` is `com.example.Outer$Inner`: where a class of the input says so, or by capital letters. */
  #qualified(dotted: string): string {
    if (this.#known.has(dotted)) return dotted;
    const parts = dotted.split(".");
    const at = (count: number): string => [parts.slice(0, count).join("."), ...parts.slice(count)].join("$");
    for (let count = parts.length - 1; count > 0; count--) if (this.#known.has(at(count))) return at(count);
    const capital = parts.findIndex((part) => /^\p{Lu}/u.test(part));
    return capital < 0 ? dotted : at(capital + 1);
  }
}

function namesOf(parameters: readonly TypeParameter[]): string[] {
  return parameters.map(({ name }) => name);
}
