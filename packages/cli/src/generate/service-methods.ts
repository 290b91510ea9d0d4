import {
  arrayName,
  type JavaMethod,
  type JavaTypeModel,
  type JavaTypeRef,
  OBJECT,
} from "./java-type-model.ts";
import type { TypeGraph } from "./type-graph.ts";

/** Types that arguments are put into grow; no service has larger ones. */
const MAX_NODES = 500;

/** A method that can be called, and how it is told from others of its name. */
export interface ServiceMethod {
  /** `find` for the overload with the fewest parameters, `find$1`, `find$2` … for the others. */
  readonly key: string;
  readonly method: JavaMethod;
  /**
   * The types of its parameters where it is declared, without generics, as `Class.getName` has them: by these a peer finds it.
   */
  readonly types: readonly string[];
}

/**
 * The methods of an interface and of those that it extends, whose type variables are what the interface says they are. In the
 * order of their keys.
 */
export function serviceMethods(service: JavaTypeModel, graph: TypeGraph): readonly ServiceMethod[] {
  const found = new Map<string, Omit<ServiceMethod, "key">>();
  const seen = new Set<string>();
  const collect = (model: JavaTypeModel, args: readonly JavaTypeRef[]): void => {
    if (seen.has(model.name)) return;
    seen.add(model.name);
    const values = new Map(model.typeParameters.map(({ name, bound }, at) => [name, args[at] ?? bound]));
    for (const method of model.methods) {
      const own = substituteMethod(method, values);
      const signature = signatureOf(own);
      // The interface that is nearest says what a method returns.
      if (!found.has(signature)) found.set(signature, { method: own, types: erasedTypes(method, model) });
    }
    for (const above of model.interfaces) {
      const next = above.kind === "class" ? graph.types.get(above.name) : undefined;
      if (next === undefined || above.kind !== "class") continue;
      collect(
        next,
        above.args.map((arg) => substitute(arg, values)),
      );
    }
  };
  collect(service, []);

  const bySignature = [...found].sort(
    ([a, { types: x }], [b, { types: y }]) => x.length - y.length || (a < b ? -1 : 1),
  );
  const counts = new Map<string, number>();
  return bySignature
    .map(([, { method, types }]) => {
      const count = counts.get(method.name) ?? 0;
      counts.set(method.name, count + 1);
      return { key: count === 0 ? method.name : `${method.name}$${count}`, method, types };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function substituteMethod(method: JavaMethod, outer: ReadonlyMap<string, JavaTypeRef>): JavaMethod {
  const values = new Map(outer);
  for (const { name, bound } of method.typeParameters) values.set(name, bound);
  return {
    ...method,
    typeParameters: [],
    parameters: method.parameters.map(({ name, type }) => ({ name, type: substitute(type, values) })),
    returns: substitute(method.returns, values),
  };
}

/** A type with values in place of its variables. A variable in a bound (`T extends Comparable<T>`) is Object. */
export function substitute(ref: JavaTypeRef, values: ReadonlyMap<string, JavaTypeRef>): JavaTypeRef {
  let nodes = 0;
  const walk = (one: JavaTypeRef, known: ReadonlyMap<string, JavaTypeRef>): JavaTypeRef => {
    if (++nodes > MAX_NODES) return OBJECT;
    if (one.kind === "array") return { kind: "array", of: walk(one.of, known) };
    if (one.kind === "class") return { ...one, args: one.args.map((arg) => walk(arg, known)) };
    if (one.kind === "primitive") return one;
    const value = known.get(one.name);
    // Whatever a variable stands for has none of itself in it.
    const rest = new Map([...known].filter(([name]) => name !== one.name));
    return value === undefined ? OBJECT : walk(value, rest);
  };
  return walk(ref, values);
}

function signatureOf({ name, parameters }: JavaMethod): string {
  return `${name}(${parameters.map(({ type }) => erase(type)).join()})`;
}

function erasedTypes(
  { parameters, typeParameters }: JavaMethod,
  { typeParameters: outer }: JavaTypeModel,
): string[] {
  const bounds = new Map([...outer, ...typeParameters].map(({ name, bound }) => [name, bound]));
  return parameters.map(({ type }) => classNameOf(substitute(type, bounds)));
}

function classNameOf(ref: JavaTypeRef): string {
  return ref.kind === "array" ? arrayName(classNameOf(ref.of)) : ref.name;
}

function erase(ref: JavaTypeRef): string {
  return ref.kind === "array" ? `${erase(ref.of)}[]` : ref.name;
}
