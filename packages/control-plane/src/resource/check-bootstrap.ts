import { missingName } from "@dualmesh/core";
import {
  type DocumentPath,
  fromJson,
  type Message,
  type Problem,
  type SourceDocument,
} from "@dualmesh/envoy-api";
import type { Reference } from "./cluster-references.ts";
import { referencesOfListener } from "./listener-references.ts";
import { problemAt } from "./locate.ts";
import { problemsOf } from "./parse-resources.ts";
import { wrongPorts } from "./to-config-resource.ts";

type Bootstrap = Message<"envoy.config.bootstrap.v3.Bootstrap">;

/** What is wrong with the bootstrap of a node, which Envoy, the sidecar and the SDK read alike. */
export function checkBootstrap(source: SourceDocument): readonly Problem[] {
  let bootstrap: Bootstrap;
  try {
    bootstrap = fromJson("envoy.config.bootstrap.v3.Bootstrap", source.value, { source });
  } catch (error) {
    return problemsOf(error);
  }
  const place = (path: DocumentPath, message: string): Problem => problemAt(source, path, message);
  const clusters = new Set(bootstrap.static_resources?.clusters.map(({ name }) => name));
  return [
    ...wrongPorts(bootstrap, place),
    ...references(bootstrap)
      .filter(({ name }) => !clusters.has(name))
      .map(({ name, path }) => place(path, missingName("static cluster", name, clusters))),
  ];
}

/** The clusters that must be static: the way to the control plane, and all others unless more of them come from there. */
function references(bootstrap: Bootstrap): readonly Reference[] {
  const { dynamic_resources: dynamic, static_resources: fixed } = bootstrap;
  const services = dynamic?.ads_config?.grpc_services ?? [];
  const ads = services.map(({ envoy_grpc }, index) => ({
    name: envoy_grpc?.cluster_name ?? "",
    path: ["dynamic_resources", "ads_config", "grpc_services", index, "envoy_grpc", "cluster_name"],
  }));
  const listeners = dynamic?.cds_config === undefined ? (fixed?.listeners ?? []) : [];
  const named = listeners.flatMap((listener, index) =>
    referencesOfListener(listener).clusters.map(({ name, path }) => {
      return { name, path: ["static_resources", "listeners", index, ...path] };
    }),
  );
  return [...ads, ...named].filter(({ name }) => name !== "");
}
