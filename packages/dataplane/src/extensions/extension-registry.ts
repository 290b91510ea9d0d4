import { bolt } from "@dualmesh/codecs/bolt";
import { dubbo } from "@dualmesh/codecs/dubbo";
import type { FrameCodec } from "@dualmesh/codecs/frame";
import { tr } from "@dualmesh/codecs/tr";
import { MeshError } from "@dualmesh/core";
import { CORS_FILTER, FAULT_FILTER, HEADER_MUTATION_FILTER } from "./built-in-filters.ts";
import type { HttpFilterFactory } from "./http-filter-factory.ts";

/**
 * What configuration may name beyond what is built in. A registry is an argument, never a global: two data planes in one
 * process may know different things.
 */
export interface ExtensionRegistry {
  /** @throws {MeshError} `ALREADY_EXISTS` when the type is taken. */
  httpFilter<Config, RouteConfig>(factory: HttpFilterFactory<Config, RouteConfig>): void;
  /** The factory for a type of configuration. */
  findHttpFilter(type: string): HttpFilterFactory | undefined;
  /** The factory whose settings in routes have that type. */
  findRouteFilter(type: string): HttpFilterFactory | undefined;
  /** The types that are known, sorted. */
  readonly httpFilterTypes: readonly string[];
  /**
   * A protocol of frames, which listeners may then name. Bolt, Dubbo and TR are there.
   *
   * @throws {MeshError} `ALREADY_EXISTS` when the name is taken.
   */
  codec(codec: FrameCodec): void;
  /** The codec of a name. */
  findCodec(name: string): FrameCodec | undefined;
  /** All codecs, in the order in which they were registered. */
  readonly codecs: readonly FrameCodec[];
}

/** The default export of an extension module (`--extension ./x.js`, `MESH_EXTENSIONS`): the same file in SDK and sidecar. */
export type Extension = (registry: ExtensionRegistry) => void;

export function createExtensionRegistry(): ExtensionRegistry {
  const filters = new Map<string, HttpFilterFactory>();
  const routes = new Map<string, HttpFilterFactory>();
  const codecs = new Map<string, FrameCodec>([bolt, dubbo, tr].map((codec) => [codec.name, codec]));
  const registry: ExtensionRegistry = {
    codec(codec) {
      if (codecs.has(codec.name)) {
        throw new MeshError("ALREADY_EXISTS", `extensions: a codec "${codec.name}" is registered`);
      }
      codecs.set(codec.name, codec);
    },
    findCodec: (name) => codecs.get(name),
    get codecs() {
      return [...codecs.values()];
    },
    httpFilter<Config, RouteConfig>(factory: HttpFilterFactory<Config, RouteConfig>) {
      if (filters.has(factory.type)) {
        throw new MeshError("ALREADY_EXISTS", `extensions: an HTTP filter for ${factory.type} is registered`);
      }
      // What `parse` returns goes to `create` of the same factory alone: the registry never looks inside.
      const erased = factory as unknown as HttpFilterFactory;
      filters.set(factory.type, erased);
      for (const type of factory.routeTypes ?? [factory.type]) routes.set(type, erased);
    },
    findHttpFilter: (type) => filters.get(type),
    findRouteFilter: (type) => routes.get(type),
    get httpFilterTypes() {
      return [...filters.keys()].sort();
    },
  };
  registry.httpFilter(CORS_FILTER);
  registry.httpFilter(FAULT_FILTER);
  registry.httpFilter(HEADER_MUTATION_FILTER);
  return registry;
}
