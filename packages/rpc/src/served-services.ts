import type { ServedMethod, ServiceImplementation } from "./implement.ts";
import type { MethodDefinition, ServiceDefinition } from "./service-definition.ts";

/** What a server offers, by the names of one protocol. */
export interface ServedServices {
  /** `undefined`: nobody has such a service. */
  find(service: string): ServedMethods | undefined;
}

export interface ServedMethods {
  /**
   * By name and types. Where a name has one method of as many arguments, that one: clients without types name them otherwise.
   */
  find(method: string, typeNames: readonly string[]): ServedMethod | undefined;
}

/** @throws {RangeError} for two services of one name, and two methods of one signature. */
export function servedServices(
  implementations: readonly ServiceImplementation[],
  nameOf: (definition: ServiceDefinition) => string,
): ServedServices {
  const services = new Map<string, ServedMethods>();
  for (const implementation of implementations) {
    const name = nameOf(implementation.definition);
    if (services.has(name)) throw new RangeError(`rpc server: two services are called ${name}`);
    services.set(name, methodsOf(implementation));
  }
  return { find: (service) => services.get(service) };
}

function methodsOf({ definition, handlers }: ServiceImplementation): ServedMethods {
  const exact = new Map<string, ServedMethod>();
  const byCount = new Map<string, ServedMethod | "several">();
  for (const [key, method] of Object.entries<MethodDefinition>(definition.methods)) {
    const name = method.javaName ?? key;
    const handler = handlers.get(key);
    if (handler === undefined) continue;
    const served = { label: `${definition.name}.${name}`, definition: method, handler };
    const signature = `${name}(${method.args.map(({ javaName }) => javaName).join()})`;
    if (exact.has(signature))
      throw new RangeError(`rpc server: ${definition.name} has two methods ${signature}`);
    exact.set(signature, served);
    const counted = `${name}/${method.args.length}`;
    byCount.set(counted, byCount.has(counted) ? "several" : served);
  }
  return {
    find(method, typeNames) {
      const found =
        exact.get(`${method}(${typeNames.join()})`) ?? byCount.get(`${method}/${typeNames.length}`);
      return found === "several" ? undefined : found;
    },
  };
}
