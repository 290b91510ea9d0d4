import { encode, fromJson, type MessageName } from "@dualmesh/envoy-api";
import { createExtensionRegistry, type DataPlaneTypes, dataPlaneTypes } from "../../src/index.ts";

const MESSAGES: Readonly<Record<keyof DataPlaneTypes, MessageName>> = {
  listener: "envoy.config.listener.v3.Listener",
  routes: "envoy.config.route.v3.RouteConfiguration",
  cluster: "envoy.config.cluster.v3.Cluster",
  endpoints: "envoy.config.endpoint.v3.ClusterLoadAssignment",
  runtime: "envoy.service.runtime.v3.Runtime",
};

type ValueOf<K extends keyof DataPlaneTypes> = Extract<
  ReturnType<DataPlaneTypes[K]["parse"]>,
  { readonly kind: "value" }
>["value"];

/** Compiles a resource in proto3 JSON, as if it had come from a control plane. */
export function compileJson<K extends keyof DataPlaneTypes>(
  kind: K,
  json: object,
  registry = createExtensionRegistry(),
): ReturnType<DataPlaneTypes[K]["parse"]> {
  const name = MESSAGES[kind];
  const bytes = encode(name, fromJson(name, json as never) as never);
  return dataPlaneTypes(registry)[kind].parse(bytes) as ReturnType<DataPlaneTypes[K]["parse"]>;
}

/** What a good resource compiles to. */
export function compiled<K extends keyof DataPlaneTypes>(kind: K, json: object): ValueOf<K> {
  const parsed = compileJson(kind, json);
  if (parsed.kind !== "value") throw new Error(parsed.problems.join("\n"));
  return parsed.value as ValueOf<K>;
}

/** What is wrong with a resource; empty for a good one. */
export function problems(kind: keyof DataPlaneTypes, json: object): readonly string[] {
  const parsed = compileJson(kind, json);
  return parsed.kind === "problems" ? parsed.problems : [];
}

/** What a resource asks for and does not get. */
export function warnings(kind: keyof DataPlaneTypes, json: object): readonly string[] {
  return compiled(kind, json).warnings;
}
