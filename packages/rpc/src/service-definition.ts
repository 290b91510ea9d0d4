import type { AnyJavaType, JavaType, RegisteredClass } from "@dualmesh/codecs/hessian";

/** A method as its Java interface declares it. */
export interface MethodDefinition {
  readonly args: readonly AnyJavaType[];
  /** Default: nothing, `void`. */
  readonly returns?: AnyJavaType;
  /** Nobody waits for an answer: a call is over when it is written. Default `false`. */
  readonly oneway?: boolean;
  /** Its name in Java, where that is another: two methods of one name are two keys here. Default: its key. */
  readonly javaName?: string;
  /**
   * The types of its parameters in Java, by which a peer finds it: `java.util.Collection`, where `args` has a `java.list`.
   * As many as `args`. Default: the names of those.
   */
  readonly types?: readonly string[];
}

export type Methods = Readonly<Record<string, MethodDefinition>>;

export interface ServiceOptions<M extends Methods> {
  /** Default: `1.0` for Bolt, as SOFARPC has it, and none for Dubbo. */
  readonly version?: string;
  /** Dubbo's group, and the unique id of SOFARPC. Default: none. */
  readonly group?: string;
  readonly methods: M;
}

/** A Java interface, for clients and servers alike. */
export interface ServiceDefinition<M extends Methods = Methods> {
  /** `com.example.Greeter` */
  readonly name: string;
  readonly version: string | undefined;
  readonly group: string | undefined;
  readonly methods: M;
}

/** What the application gives a method. */
export type ArgumentsOf<M extends MethodDefinition> = ValuesOf<M["args"]>;

type ValuesOf<T extends readonly AnyJavaType[]> = { -readonly [I in keyof T]: SeenAs<T[I]> };

/** What it gets of one. */
export type ResultOf<M extends MethodDefinition> = M extends { readonly oneway: true }
  ? Nothing
  : M extends { readonly returns: infer R }
    ? SeenAs<R>
    : Nothing;

/** As functions have it that return nothing: of theirs, any result will do. */
type Nothing = ReturnType<() => void>;

type SeenAs<T> = T extends JavaType<infer V> ? V : never;

/**
 * Describes a Java interface, so that clients and servers are typed by it.
 *
 * ```ts
 * import { java } from "@dualmesh/codecs/hessian";
 * import { defineService } from "@dualmesh/rpc";
 *
 * const Greeter = defineService("com.example.Greeter", {
 *   version: "1.0",
 *   methods: { greet: { args: [java.string], returns: java.string } },
 * });
 * console.log(Greeter.name, Object.keys(Greeter.methods)); // => com.example.Greeter [ 'greet' ]
 * ```
 * What `dualmesh generate hessian` writes of an interface has its name and its methods: `defineService(api.Greeter.service, {
 * version: "1.0", methods: api.Greeter.methods })`.
 *
 * @throws {RangeError} for a name that is empty, a one-way method that returns something, and another number of types than of
 *   arguments.
 */
export function defineService<const M extends Methods>(
  name: string,
  options: ServiceOptions<M>,
): ServiceDefinition<M> {
  const { version, group, methods } = options;
  if (name === "") throw new RangeError("service definition: the name of a service is empty");
  for (const [key, { args, types, oneway, returns }] of Object.entries<MethodDefinition>(methods)) {
    if (oneway === true && returns !== undefined)
      throw new RangeError(`service definition: ${name}.${key} is one-way and returns ${returns.name}`);
    if (types !== undefined && types.length !== args.length) {
      const counts = `${types.length} types for ${args.length} arguments`;
      throw new RangeError(`service definition: ${name}.${key} has ${counts}`);
    }
  }
  return Object.freeze({ name, version, group, methods });
}

/** Java's names of the types of its parameters. */
export function typeNamesOf({ args, types }: MethodDefinition): readonly string[] {
  return types ?? args.map(({ javaName }) => javaName);
}

/** The classes that its methods name. */
export function classesOf({ methods }: ServiceDefinition): RegisteredClass[] {
  const types = Object.values(methods).flatMap(({ args, returns }) =>
    returns === undefined ? args : [...args, returns],
  );
  return [...new Set(types.flatMap((type) => type.uses()))];
}
