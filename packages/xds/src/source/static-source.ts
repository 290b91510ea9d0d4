import type { Any } from "@dualmesh/envoy-api/wire";
import type { ResourceState } from "../resource-state.ts";
import type { AnyResourceType } from "../resource-type.ts";
import { peekName } from "../wire/peek-name.ts";
import { withSubject } from "../with-subject.ts";
import type { ResourceSource } from "./resource-source.ts";

export interface StaticSourceOptions {
  readonly types: readonly AnyResourceType[];
  /** Resources of types that are not listed are problems. */
  readonly resources: Iterable<Any>;
}

/** Resources that never change: the `static_resources` of a bootstrap file. */
export interface StaticSource extends ResourceSource {
  /** What is wrong with the resources, one sentence each. Empty if all are good: whoever starts from a file checks that. */
  readonly problems: readonly string[];
}

/**
 * Parses every resource once, here. Bad ones are served as invalid, and listed in `problems`.
 *
 * ```ts
 * import { decode, packAny, TYPE_URL } from "@dualmesh/envoy-api";
 * import { createStaticSource, type ResourceType } from "@dualmesh/xds";
 *
 * const clusters: ResourceType<string> = {
 *   name: "cluster",
 *   typeUrl: TYPE_URL.CDS,
 *   fullState: true,
 *   parse(bytes) {
 *     const { name, lb_policy: policy } = decode("envoy.config.cluster.v3.Cluster", bytes);
 *     return { kind: "value", name, value: String(policy) };
 *   },
 * };
 * const source = createStaticSource({
 *   types: [clusters],
 *   resources: [packAny("envoy.config.cluster.v3.Cluster", { name: "orders" })],
 * });
 * source.watch(TYPE_URL.CDS, "orders", (state) => console.log(state.kind)); // => present
 * ```
 */
export function createStaticSource(options: StaticSourceOptions): StaticSource {
  const problems: string[] = [];
  const byType = new Map<string, Map<string, ResourceState>>();
  for (const { typeUrl } of options.types) byType.set(typeUrl, new Map());
  const types = new Map(options.types.map((type) => [type.typeUrl, type]));
  for (const { type_url: typeUrl, value } of options.resources) {
    const type = types.get(typeUrl);
    const name = peekName(value);
    if (type === undefined) problems.push(`static resource: nothing here reads the type "${typeUrl}"`);
    else if (name === undefined) problems.push(`static ${type.name}: it has no name`);
    else {
      const states = byType.get(typeUrl) as Map<string, ResourceState>;
      if (states.has(name)) problems.push(withSubject(type, name, "it is there twice"));
      const { state, found } = parse(type, value);
      problems.push(...found.map((problem) => withSubject(type, name, problem)));
      states.set(name, state);
    }
  }
  return {
    typeUrls: new Set(byType.keys()),
    problems,
    watch(typeUrl, name, watcher) {
      watcher(of(byType, typeUrl).get(name) ?? ABSENT);
      return NOTHING_TO_DISPOSE;
    },
    watchAll(typeUrl, watcher) {
      watcher(of(byType, typeUrl));
      return NOTHING_TO_DISPOSE;
    },
  };
}

const ABSENT: ResourceState = { kind: "missing", reason: "not among the static resources" };
const NOTHING_TO_DISPOSE: Disposable = { [Symbol.dispose]() {} };

function of<T>(byType: ReadonlyMap<string, T>, typeUrl: string): T {
  const states = byType.get(typeUrl);
  if (states === undefined) throw new RangeError(`static source: no type was given for "${typeUrl}"`);
  return states;
}

interface ParsedState {
  readonly state: ResourceState;
  readonly found: readonly string[];
}

function parse(type: AnyResourceType, bytes: Uint8Array): ParsedState {
  try {
    const parsed = type.parse(bytes);
    if (parsed.kind === "problems") return invalid(parsed.problems);
    const { value, warnings } = parsed;
    const present = { kind: "present", value, version: "static", bytes } as const;
    return { state: warnings === undefined ? present : { ...present, warnings }, found: [] };
  } catch (error) {
    return invalid([error instanceof Error ? error.message : String(error)]);
  }
}

function invalid(problems: readonly string[]): ParsedState {
  return { state: { kind: "invalid", reason: problems.join("; ") }, found: problems };
}
