import type { MessageName } from "@dualmesh/envoy-api";
import type { AnyResourceType, Parsed, ResourceSource, ResourceState } from "@dualmesh/xds";
import {
  createDataPlane,
  createExtensionRegistry,
  type DataPlane,
  type DataPlaneTypes,
  dataPlaneTypes,
} from "../src/index.ts";
import { type PlaneOptions, resource } from "./static-plane.ts";

const MESSAGES: Readonly<Record<keyof DataPlaneTypes, MessageName>> = {
  listener: "envoy.config.listener.v3.Listener",
  routes: "envoy.config.route.v3.RouteConfiguration",
  cluster: "envoy.config.cluster.v3.Cluster",
  endpoints: "envoy.config.endpoint.v3.ClusterLoadAssignment",
  runtime: "envoy.service.runtime.v3.Runtime",
};

/** A control plane in the test's hand, without the wire. Bad resources are kept out as the xDS client does it. */
export interface LiveSource extends ResourceSource {
  /** Adds or replaces a resource in proto3 JSON; a bad one changes nothing. Gives its problems. */
  put(kind: keyof DataPlaneTypes, json: object): readonly string[];
  remove(kind: keyof DataPlaneTypes, name: string): void;
}

export interface LivePlane extends AsyncDisposable {
  readonly plane: DataPlane;
  readonly source: LiveSource;
  /** Settles when all that was put is in effect. */
  settled(): Promise<void>;
}

/** A data plane whose configuration a test changes while it runs. */
export async function livePlane(
  options: PlaneOptions,
  resources: readonly (readonly [keyof DataPlaneTypes, object])[],
): Promise<LivePlane> {
  const { registry = createExtensionRegistry(), ...rest } = options;
  const types = dataPlaneTypes(registry);
  const source = createLiveSource(types);
  for (const [kind, json] of resources) {
    const problems = source.put(kind, json);
    if (problems.length > 0) throw new Error(problems.join("\n"));
  }
  const plane = createDataPlane({ ...rest, types, source });
  await plane.ready;
  return {
    plane,
    source,
    // Snapshots are published in a microtask.
    settled: () => new Promise((resolve) => setImmediate(resolve)),
    [Symbol.asyncDispose]: () => plane[Symbol.asyncDispose](),
  };
}

function createLiveSource(types: DataPlaneTypes): LiveSource {
  const states = new Map<string, Map<string, ResourceState>>();
  const watchers = new Map<string, Set<() => void>>();
  for (const { typeUrl } of Object.values(types)) {
    states.set(typeUrl, new Map());
    watchers.set(typeUrl, new Set());
  }
  const statesOf = (typeUrl: string): Map<string, ResourceState> =>
    states.get(typeUrl) as Map<string, ResourceState>;
  const tell = (typeUrl: string): void => {
    for (const watcher of [...(watchers.get(typeUrl) ?? [])]) watcher();
  };
  const follow = (typeUrl: string, look: () => void): Disposable => {
    watchers.get(typeUrl)?.add(look);
    look();
    return { [Symbol.dispose]: () => void watchers.get(typeUrl)?.delete(look) };
  };
  return {
    typeUrls: new Set(states.keys()),
    watch(typeUrl, name, watcher) {
      let last: ResourceState | undefined;
      return follow(typeUrl, () => {
        const state = statesOf(typeUrl).get(name) ?? MISSING;
        if (state === last) return;
        last = state;
        watcher(state);
      });
    },
    watchAll: (typeUrl, watcher) => follow(typeUrl, () => watcher(new Map(statesOf(typeUrl)))),
    put(kind, json) {
      const type: AnyResourceType = types[kind];
      const { value: bytes } = resource(MESSAGES[kind], json);
      const parsed: Parsed<unknown> = type.parse(bytes);
      if (parsed.kind === "problems") return parsed.problems;
      const { name, value } = parsed;
      statesOf(type.typeUrl).set(name, { kind: "present", value, version: "1", bytes });
      tell(type.typeUrl);
      return [];
    },
    remove(kind, name) {
      const { typeUrl } = types[kind];
      statesOf(typeUrl).delete(name);
      tell(typeUrl);
    },
  };
}

const MISSING: ResourceState = { kind: "missing", reason: "it was never put" };
