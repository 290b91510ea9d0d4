import { descriptorOfName } from "../hessian/java-name.ts";
import type { AnyJavaType, RegisteredClass } from "../hessian/java-type.ts";
import { type Binding, bindingsOf } from "./http-rule.ts";
import { capital, identifier, ProtoCompiler } from "./proto-compiler.ts";
import type { ProtoMessage } from "./proto-message.ts";
import type { HttpRule, MethodSchema, ServiceSchema } from "./service-schema.ts";

/** A method with all that calls of it need. */
export interface CompiledMethod {
  readonly schema: ServiceSchema;
  readonly service: string;
  /** In the schema. */
  readonly name: string;
  /** `/com.example.Greeter/greet` */
  readonly path: string;
  /** The same by the names of the printed schema, where `$` is `_`. */
  readonly grpcPath: string;
  readonly javaName: string;
  readonly args: ReadonlyMap<string, AnyJavaType>;
  readonly types: readonly AnyJavaType[];
  readonly returns: AnyJavaType | undefined;
  /** As SOFARPC and Triple name them: `java.lang.String`. */
  readonly argumentTypes: readonly string[];
  /** As Dubbo names them: `Ljava/lang/String;`. */
  readonly descriptor: string;
  readonly request: ProtoMessage;
  readonly response: ProtoMessage;
  readonly bindings: readonly Binding<CompiledMethod>[];
}

export interface CompiledService {
  readonly schema: ServiceSchema;
  readonly methods: readonly CompiledMethod[];
  /** Those that values of the types may be of. */
  readonly classes: readonly RegisteredClass[];
  readonly compiler: ProtoCompiler;
}

/** The field of a response's message that has what the method returned. */
export const RESULT_FIELD = "result";

const SERVICE = /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/;
const METHOD = /^[A-Za-z_$][\w$]*$/;

const COMPILED = new WeakMap<ServiceSchema, CompiledService>();

/** @throws {RangeError} for names that are none, or stand for two things, and for rules that do not fit. */
export function compileService(schema: ServiceSchema): CompiledService {
  let service = COMPILED.get(schema);
  if (service === undefined) {
    service = compile(schema);
    COMPILED.set(schema, service);
  }
  return service;
}

function compile(schema: ServiceSchema): CompiledService {
  const { service } = schema;
  if (!SERVICE.test(service))
    throw new RangeError(`schema: ${JSON.stringify(service)} is no name of an interface`);
  const compiler = new ProtoCompiler(`schema ${service}`);
  const entries = Object.entries(schema.methods);
  for (const [name] of entries) {
    if (!METHOD.test(name))
      throw new RangeError(`schema ${service}: ${JSON.stringify(name)} is no name of a method`);
    compiler.reserve(messageName(name, "Request"));
    compiler.reserve(messageName(name, "Response"));
  }
  const methods = entries.map(([name, method]) => compileMethod(schema, name, method, compiler));
  const classes = new Set(
    methods.flatMap(({ types, returns }) => [...types, returns].flatMap((type) => type?.uses() ?? [])),
  );
  return { schema, methods, classes: [...classes], compiler };
}

function compileMethod(
  schema: ServiceSchema,
  name: string,
  method: MethodSchema,
  compiler: ProtoCompiler,
): CompiledMethod {
  const { service } = schema;
  const { returns } = method;
  const args = argumentsOf(`schema ${service}: ${name}`, method);
  const types = [...args.values()];
  const argumentTypes = method.types ?? types.map(({ javaName }) => javaName);
  const bindings: Binding<CompiledMethod>[] = [];
  const compiled: CompiledMethod = {
    schema,
    service,
    name,
    path: `/${service}/${name}`,
    grpcPath: `/${service.split(".").map(identifier).join(".")}/${identifier(name)}`,
    javaName: method.javaName ?? name,
    args,
    types,
    returns,
    argumentTypes,
    descriptor: argumentTypes.map(descriptorOfName).join(""),
    request: compiler.message(messageName(name, "Request"), args),
    response: compiler.message(
      messageName(name, "Response"),
      new Map(returns === undefined ? [] : [[RESULT_FIELD, returns]]),
    ),
    bindings,
  };
  const own: HttpRule = { post: compiled.path, body: "*" };
  const rules =
    method.http === undefined
      ? []
      : Array.isArray(method.http)
        ? (method.http as HttpRule[])
        : [method.http as HttpRule];
  for (const rule of [own, ...rules]) bindings.push(...bindingsOf(compiled, rule));
  return compiled;
}

/** By name. @throws {RangeError} for other counts of names or of types. */
function argumentsOf(subject: string, { args = [], names, types }: MethodSchema): Map<string, AnyJavaType> {
  const isList = Array.isArray(args);
  const entries = isList
    ? (args as AnyJavaType[]).map((type, i): [string, AnyJavaType] => [names?.[i] ?? `arg${i}`, type])
    : Object.entries(args as Readonly<Record<string, AnyJavaType>>);
  if (names !== undefined && !isList)
    throw new RangeError(`${subject} has names beside args that have theirs`);
  const count = entries.length;
  if (names !== undefined && names.length !== count)
    throw new RangeError(`${subject} has ${names.length} names for ${count} args`);
  if (types !== undefined && types.length !== count)
    throw new RangeError(`${subject} has ${types.length} types for ${count} args`);
  const byName = new Map(entries);
  if (byName.size < count) throw new RangeError(`${subject} has two args of one name: ${names?.join(", ")}`);
  return byName;
}

function messageName(method: string, suffix: string): string {
  return `${capital(identifier(method))}${suffix}`;
}
