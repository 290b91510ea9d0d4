import type { ServedMethod, ServiceImplementation } from "./implement.ts";
import { type MethodDefinition, type ServiceDefinition, typeNamesOf } from "./service-definition.ts";

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

interface Signature {
  readonly typeNames: readonly string[];
  readonly served: ServedMethod;
}

function methodsOf({ definition, handlers }: ServiceImplementation): ServedMethods {
  const byName = new Map<string, Signature[]>();
  for (const [key, method] of Object.entries<MethodDefinition>(definition.methods)) {
    const name = method.javaName ?? key;
    const handler = handlers.get(key);
    if (handler === undefined) continue;
    const typeNames = typeNamesOf(method);
    const known = byName.get(name) ?? [];
    if (known.some((other) => isSame(other.typeNames, typeNames))) {
      throw new RangeError(`rpc server: ${definition.name} has two methods ${name}(${typeNames.join()})`);
    }
    byName.set(name, [
      ...known,
      { typeNames, served: { label: `${definition.name}.${name}`, definition: method, handler } },
    ]);
  }
  return {
    find(method, typeNames) {
      const known = byName.get(method);
      if (known === undefined) return undefined;
      const exact = known.find((one) => isSame(one.typeNames, typeNames));
      if (exact !== undefined) return exact.served;
      const [first, ...others] = known.filter((one) => one.typeNames.length === typeNames.length);
      return others.length === 0 ? first?.served : undefined;
    },
  };
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false;
  return true;
}
