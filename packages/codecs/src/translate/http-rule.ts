import type { AnyJavaType } from "../hessian/java-type.ts";
import {
  comparePathTemplates,
  matchPath,
  type PathTemplate,
  type PathVariable,
  parsePathTemplate,
} from "./path-template.ts";
import type { HttpRule } from "./service-schema.ts";
import { bareType, fieldsOf } from "./type-shape.ts";

/** A rule whose names were checked. */
export interface Binding<M> {
  readonly method: M;
  /** `GET`; `*` for all. */
  readonly verb: string;
  readonly template: PathTemplate;
  /** `*`, the name of an argument, or none. */
  readonly body: string;
  /** What the body of a response is, if it is not all. */
  readonly responseBody: string;
}

const VERBS = ["get", "put", "post", "delete", "patch"] as const;
const KNOWN: ReadonlySet<string> = new Set([
  ...VERBS,
  "custom",
  "body",
  "response_body",
  "additional_bindings",
]);

/** What a rule is of. */
export interface RuledMethod {
  readonly name: string;
  readonly args: ReadonlyMap<string, AnyJavaType>;
  readonly returns: AnyJavaType | undefined;
}

/** @throws {RangeError} for a rule of no or several verbs, a template that is none, and names that the method does not have. */
export function bindingsOf<M extends RuledMethod>(method: M, rule: HttpRule, isNested = false): Binding<M>[] {
  const refuse = (what: string): never => {
    throw new RangeError(`http rule of ${method.name}: ${what}`);
  };
  const odd = Object.keys(rule).find((key) => !KNOWN.has(key));
  if (odd !== undefined) refuse(`nobody knows ${JSON.stringify(odd)}`);
  const given = VERBS.filter((verb) => rule[verb] !== undefined);
  const count = given.length + (rule.custom === undefined ? 0 : 1);
  if (count !== 1) refuse(`${count} verbs; expected 1`);
  const verb = rule.custom?.kind ?? (given[0] as string).toUpperCase();
  const template = parsePathTemplate(
    rule.custom?.path ?? (rule[given[0] as (typeof VERBS)[number]] as string),
  );
  const { body = "", response_body: responseBody = "" } = rule;
  for (const { fields } of template.variables) {
    const problem = fieldProblem(method.args, fields);
    if (problem !== undefined) refuse(problem);
    if (fields[0] === body) refuse(`${body} is in the path and in the body`);
  }
  if (body !== "" && body !== "*" && !method.args.has(body))
    refuse(`it has no argument ${JSON.stringify(body)}`);
  if (responseBody !== "" && responseField(method, responseBody) === undefined) {
    refuse(`what it returns has no field ${JSON.stringify(responseBody)}`);
  }
  if (isNested && rule.additional_bindings !== undefined) refuse("additional_bindings stand in others");
  const more = (rule.additional_bindings ?? []).flatMap((each) => bindingsOf(method, each, true));
  return [{ method, verb, template, body, responseBody }, ...more];
}

/** The type of a field of what a method returns. */
export function responseField({ returns }: RuledMethod, name: string): AnyJavaType | undefined {
  if (returns === undefined) return undefined;
  const { shape } = bareType(returns);
  return shape.kind === "class" ? fieldsOf(shape).get(name) : undefined;
}

/** Why a variable cannot be the field that it names. */
function fieldProblem(args: ReadonlyMap<string, AnyJavaType>, fields: readonly string[]): string | undefined {
  let known: ReadonlyMap<string, AnyJavaType> | undefined = args;
  for (const [i, field] of fields.entries()) {
    const type: AnyJavaType | undefined = known?.get(field);
    if (type === undefined) return `there is no ${fields.slice(0, i + 1).join(".")}`;
    const { shape } = bareType(type);
    known = shape.kind === "class" ? fieldsOf(shape) : undefined;
    const isLast = i === fields.length - 1;
    if (isLast && ["class", "list", "set", "map", "any"].includes(shape.kind)) {
      return `${fields.join(".")} is a ${type.name}, which no path can say`;
    }
  }
  return undefined;
}

/** What a request is of: a binding, and what its path says; or the verbs that there are for this path. */
export type Routed<M> =
  | {
      readonly kind: "found";
      readonly binding: Binding<M>;
      readonly values: readonly (readonly [variable: PathVariable, value: string])[];
    }
  | { readonly kind: "other-verb"; readonly verbs: readonly string[] }
  | { readonly kind: "none" };

/** Finds the method of a path. The first that fits wins: words before `*` before `**`. */
export class BindingTable<M> {
  readonly #bindings: readonly Binding<M>[];

  /** @throws {RangeError} for two bindings of one verb and one path. */
  constructor(bindings: readonly Binding<M>[]) {
    const seen = new Set<string>();
    for (const { verb, template } of bindings) {
      const key = `${verb} /${template.segments.join("/")}:${template.verb}`;
      if (seen.has(key)) throw new RangeError(`http rule: two methods have ${verb} ${template.text}`);
      seen.add(key);
    }
    this.#bindings = bindings.toSorted((a, b) => comparePathTemplates(a.template, b.template));
  }

  find(verb: string, path: string): Routed<M> {
    const verbs: string[] = [];
    for (const binding of this.#bindings) {
      const values = matchPath(binding.template, path);
      if (values === undefined) continue;
      if (binding.verb === verb || binding.verb === "*") return { kind: "found", binding, values };
      if (!verbs.includes(binding.verb)) verbs.push(binding.verb);
    }
    return verbs.length === 0 ? { kind: "none" } : { kind: "other-verb", verbs };
  }
}
