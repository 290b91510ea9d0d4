import { UserError } from "../user-error.ts";
import type { JavaTypeModel, JavaTypeRef } from "./java-type-model.ts";
import { type ServiceMethod, serviceMethods, substitute } from "./service-methods.ts";
import { isMissing, namesIn, type TypeGraph } from "./type-graph.ts";

export interface Service {
  readonly model: JavaTypeModel;
  readonly methods: readonly ServiceMethod[];
}

/** What a run is about, each in the order of its names. */
export interface Selection {
  /** Classes, records and enums. */
  readonly values: readonly JavaTypeModel[];
  readonly services: readonly Service[];
  readonly exceptions: readonly JavaTypeModel[];
  /** Classes that are in no input, and who names them. */
  readonly missing: ReadonlyMap<string, string>;
}

/**
 * Starts from the classes that are named, or from the services, exceptions and serializable classes of the input, and goes to
 * whatever they have fields, arguments and results of, to their parents and to their subclasses: an `Animal` may be a `Dog`.
 *
 * @param patterns `com.example.Order`, or `com.example.*` for all packages that start so. None: everything.
 * @throws {UserError} for a pattern that nothing matches.
 */
export function selectTypes(graph: TypeGraph, patterns: readonly string[]): Selection {
  const selected = new Selected(graph);
  const all = [...graph.types.values()];
  for (const pattern of patterns) {
    const matching = all.filter(({ name }) => matches(name, pattern));
    if (matching.length === 0) throw new UserError(`--class ${pattern}: there is no such class`);
    for (const model of matching) {
      if (!pattern.endsWith("*") || isRoot(model, graph)) selected.addRoot(model);
    }
  }
  if (patterns.length === 0) for (const model of all) if (isRoot(model, graph)) selected.addRoot(model);
  return selected.finish();
}

function matches(name: string, pattern: string): boolean {
  if (pattern.endsWith("*")) return name.startsWith(pattern.slice(0, -1));
  return name === pattern || name.replaceAll("$", ".") === pattern;
}

/**
 * An interface that can be sent is that of data; one without methods marks something, and one with type parameters is what
 * services extend.
 */
function isRoot(model: JavaTypeModel, graph: TypeGraph): boolean {
  if (model.kind === "interface") {
    const isCalled =
      model.methods.length > 0 ||
      model.interfaces.some((one) => one.kind === "class" && graph.types.has(one.name));
    return isCalled && model.typeParameters.length === 0 && !graph.isSerializable(model.name);
  }
  return model.kind === "enum" || graph.isThrowable(model.name) || graph.isSerializable(model.name);
}

class Selected {
  readonly #graph: TypeGraph;
  readonly #types = new Map<string, JavaTypeModel>();
  readonly #services = new Map<string, Service>();
  readonly #missing = new Map<string, string>();
  readonly #waiting: [name: string, by: string][] = [];

  constructor(graph: TypeGraph) {
    this.#graph = graph;
  }

  addRoot(model: JavaTypeModel): void {
    if (model.kind !== "interface") this.#waiting.push([model.name, model.name]);
    else if (!this.#services.has(model.name)) {
      const service = { model, methods: serviceMethods(model, this.#graph) };
      this.#services.set(model.name, service);
      for (const above of model.interfaces) {
        if (above.kind === "class") this.#noteMissing(above.name, model.name);
      }
      for (const { method } of service.methods) {
        for (const { type } of method.parameters) this.#reach(type, model);
        this.#reach(method.returns, model);
        for (const name of method.throws) this.#waiting.push([name, model.name]);
      }
    }
  }

  finish(): Selection {
    const seen = new Set<string>();
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      const [name, by] = next;
      this.#noteMissing(name, by);
      if (!seen.has(name)) this.#visit(name);
      seen.add(name);
    }
    const types = [...this.#types.values()].sort(byName);
    return {
      values: types.filter(({ name }) => this.#graph.isValue(name)),
      services: [...this.#services.values()].sort((a, b) => byName(a.model, b.model)),
      exceptions: types.filter(({ name }) => this.#graph.isThrowable(name)),
      missing: new Map([...this.#missing].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }

  #visit(name: string): void {
    const graph = this.#graph;
    const model = graph.types.get(name);
    if (model === undefined) return;
    if (model.kind !== "interface") {
      this.#types.set(name, model);
      if (model.parent !== null) this.#reach(model.parent, model);
      const variables = new Map(model.typeParameters.map(({ name: variable, bound }) => [variable, bound]));
      for (const { type } of model.fields) this.#reach(substitute(type, variables), model);
    }
    for (const child of graph.childrenOf(name)) {
      const isSent = child.kind === "interface" || graph.isValue(child.name);
      const isOwn = model.kind === "class" || graph.isSerializable(child.name);
      if (isSent && isOwn && !graph.isThrowable(name)) this.#waiting.push([child.name, name]);
    }
  }

  #noteMissing(name: string, by: string): void {
    if (!isMissing(this.#graph, name)) return;
    const known = this.#missing.get(name);
    if (known === undefined || by < known) this.#missing.set(name, by);
  }

  #reach(ref: JavaTypeRef, by: JavaTypeModel): void {
    for (const name of namesIn(ref)) this.#waiting.push([name, by.name]);
  }
}

function byName(a: JavaTypeModel, b: JavaTypeModel): number {
  return a.name < b.name ? -1 : 1;
}
