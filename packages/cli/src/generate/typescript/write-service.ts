import type { Service } from "../select-types.ts";
import type { ServiceMethod } from "../service-methods.ts";
import { describeType, javaText } from "./describe-type.ts";
import { arrayProperty, type Code, fits, flatten, layOut, prefix } from "./layout.ts";
import { commentText, identifier, propertyName, quote } from "./quoting.ts";

/** What the constants of services are, in every file that has some. */
export const SERVICE_TYPES = `/** A Java interface as data: of each method the types and names of its arguments, and the type of its result. */
interface JavaService<T> {
  readonly service: string;
  readonly methods: { readonly [Key in keyof T]: JavaMethod<T[Key]> };
}

type JavaMethod<M> = M extends (...args: infer Args) => Promise<infer Result>
  ? {
      /** Its name in Java, where that is not its key: one of several methods of that name. */
      readonly javaName?: string;
      readonly args: { readonly [At in keyof Args]: JavaType<Args[At]> };
      readonly names: { readonly [At in keyof Args]: string };
      /** The types of its parameters in Java, where those of \`args\` have other names. */
      readonly types?: { readonly [At in keyof Args]: string };
      readonly returns: JavaType<Result>;
    }
  : never;
`;

/**
 * ```text
 * export interface Greeter { greet(name: string | null): Promise<string | null>; }
 * export const Greeter: JavaService<Greeter> = { service: "com.example.Greeter", methods: { greet: { … } } };
 * ```
 */
export function writeService(
  { model, methods }: Service,
  name: string,
  names: ReadonlyMap<string, string>,
): string {
  const callable = methods.filter(({ key }) => key !== "__proto__");
  const signatures = callable.map((method) => `  ${writeSignature(method, names)}\n`);
  const left = `export const ${name}: JavaService<${name}> =`;
  const indent = fits(`${left} {`) ? 0 : 2;
  const margin = " ".repeat(indent);
  const entries = callable.map(
    (method) => `${margin}    ${layOut(writeMethod(method, names), indent + 4)},\n`,
  );
  return [
    `/** ${commentText(model.name)} */\n`,
    `export interface ${name} {${signatures.length === 0 ? "" : "\n"}${signatures.join("")}}\n\n`,
    `${left}${indent === 0 ? " " : `\n${margin}`}{\n${margin}  service: ${quote(model.name)},\n`,
    `${margin}  methods: {${entries.length === 0 ? "" : `\n${entries.join("")}${margin}  `}},\n${margin}};\n`,
  ].join("");
}

function writeSignature({ key, method }: ServiceMethod, names: ReadonlyMap<string, string>): string {
  const args = method.parameters.map(({ type }) => describeType(type, names));
  const returns = describeType(method.returns, names);
  const parameters = parameterNames(method.parameters.map(({ name }) => name));
  const isLoose = returns.isLoose || args.some((arg) => arg.isLoose);
  const java = `${javaText(method.returns)} ${method.name}(${method.parameters.map(({ type }) => javaText(type)).join(", ")})`;
  const items = args.map(({ type }, at) => prefix(`${parameters[at]}: `, type));
  const quoted = key === "new" || key === "constructor" ? quote(key) : propertyName(key);
  const code: Code = { open: `${quoted}(`, items, close: `): Promise<${flatten(returns.type)}>` };
  return `${layOut(code, 2)};${isLoose ? ` // ${commentText(java)}` : ""}`;
}

/** Each once, as TypeScript wants it. */
function parameterNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name, at) => {
    const legal = identifier(name);
    const own = used.has(legal) ? `arg${at}` : legal;
    used.add(own);
    return own;
  });
}

function writeMethod({ key, method, types }: ServiceMethod, names: ReadonlyMap<string, string>): Code {
  const args = method.parameters.map(({ type }) => describeType(type, names));
  const isOther = args.some(({ javaName }, at) => javaName !== types[at]);
  return {
    open: `${propertyName(key)}: {`,
    pad: true,
    items: [
      ...(key === method.name ? [] : [`javaName: ${quote(method.name)}`]),
      arrayProperty(
        "args",
        args.map(({ code }) => code),
      ),
      arrayProperty(
        "names",
        method.parameters.map(({ name }) => quote(name)),
      ),
      ...(isOther ? [arrayProperty("types", types.map(quote))] : []),
      prefix("returns: ", describeType(method.returns, names).code),
    ],
    close: "}",
  };
}
