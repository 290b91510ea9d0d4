import type { Call, Headers } from "@dualmesh/core";
import type {
  ArgumentsOf,
  MethodDefinition,
  Methods,
  ResultOf,
  ServiceDefinition,
} from "./service-definition.ts";

/** What a method may want to know of its call. */
export interface ServerCall {
  /** Bolt's header map, Dubbo's attachments. */
  readonly headers: Headers;
  /** `bolt`, `dubbo`. */
  readonly protocol: string;
  /** Aborts when the client is gone, or its deadline has passed. */
  readonly signal: AbortSignal;
  /** Milliseconds until the client gives up; `Infinity` if it does not say. */
  readonly leftMs: number;
  /** The same for filters: deadline, attributes, hooks. */
  readonly call: Call;
}

/** The methods of a service, as an application writes them. The last argument is the call. */
export type Handlers<M extends Methods> = {
  readonly [Name in keyof M]: (
    ...args: [...args: ArgumentsOf<M[Name]>, call: ServerCall]
  ) => ResultOf<M[Name]> | Promise<ResultOf<M[Name]>>;
};

/** A service with what it does. */
export interface ServiceImplementation {
  readonly definition: ServiceDefinition;
  readonly handlers: ReadonlyMap<string, Handler>;
}

export type Handler = (...args: readonly unknown[]) => unknown;

/**
 * Gives the methods of a service their code. What one throws goes to the client: a `JavaError` as the exception of its class,
 * a `MeshError` as its code, anything else as its message, without a stack.
 *
 * @throws {TypeError} for a method without a handler, and for a handler without a method.
 */
export function implement<M extends Methods>(
  definition: ServiceDefinition<M>,
  handlers: Handlers<M>,
): ServiceImplementation {
  const all = new Map<string, Handler>();
  const given = handlers as unknown as Readonly<Record<string, Handler>>;
  for (const name of Object.keys(definition.methods)) {
    const handler = Object.hasOwn(given, name) ? given[name] : undefined;
    if (typeof handler !== "function")
      throw new TypeError(`implement: ${definition.name} has no handler for its method ${name}`);
    all.set(name, handler.bind(handlers));
  }
  const odd = Object.keys(given).find((name) => !all.has(name));
  if (odd !== undefined) throw new TypeError(`implement: ${definition.name} has no method ${odd}`);
  return { definition: definition as ServiceDefinition<Methods>, handlers: all };
}

/** A method of an implementation, as calls find it. */
export interface ServedMethod {
  /** `com.example.Greeter.greet` */
  readonly label: string;
  readonly definition: MethodDefinition;
  readonly handler: Handler;
}
