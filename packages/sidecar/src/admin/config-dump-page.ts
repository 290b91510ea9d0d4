import {
  type Any,
  type JsonObject,
  type JsonValue,
  TYPE_URL,
  timestampFromMs,
  toJson,
} from "@dualmesh/envoy-api";
import type { ResourceState } from "@dualmesh/xds";
import { type AdminPage, jsonAnswer, textAnswer } from "./admin-page.ts";
import { redact } from "./redact.ts";

/** A resource that the data plane knows of. */
export interface DumpedResource {
  readonly typeUrl: string;
  readonly name: string;
  readonly state: ResourceState;
}

export interface ConfigDumpOptions {
  /** The bootstrap as it was read, packed. */
  readonly bootstrap: Any;
  readonly resources: () => readonly DumpedResource[];
  /** Whether a resource stands in the bootstrap itself. */
  readonly isStatic: (typeUrl: string, name: string) => boolean;
}

/** How Envoy's dump calls the resources of a type, and the field that holds one. */
interface Section {
  readonly typeUrl: string;
  readonly dump: string;
  readonly fixed: string;
  readonly dynamic: string;
  readonly field: string;
}

const SECTIONS: readonly Section[] = [
  section(TYPE_URL.CDS, "ClustersConfigDump", "static_clusters", "dynamic_active_clusters", "cluster"),
  section(
    TYPE_URL.EDS,
    "EndpointsConfigDump",
    "static_endpoint_configs",
    "dynamic_endpoint_configs",
    "endpoint_config",
  ),
  section(TYPE_URL.LDS, "ListenersConfigDump", "static_listeners", "dynamic_listeners", "listener"),
  section(TYPE_URL.RDS, "RoutesConfigDump", "static_route_configs", "dynamic_route_configs", "route_config"),
];

function section(typeUrl: string, dump: string, fixed: string, dynamic: string, field: string): Section {
  return { typeUrl, dump, fixed, dynamic, field };
}

/**
 * `/config_dump` in Envoy's form: what the sidecar runs on, where it came from, and what it refused since. Secrets are
 * redacted.
 */
export function configDumpPage(options: ConfigDumpOptions): AdminPage {
  return {
    path: "/config_dump",
    summary: "dump current configuration (redacted)",
    parameters: {
      resource: "The list to dump, such as dynamic_listeners",
      name_regex: "Only resources whose names contain this text",
    },
    answer({ query }) {
      const wanted = query.get("name_regex") ?? "";
      const resources = options.resources().filter(({ name }) => name.includes(wanted));
      const sections = SECTIONS.map((one) => sectionJson(one, resources, options));
      const asked = query.get("resource");
      if (asked !== null) {
        const list = sections.flatMap((one) => one[asked] ?? []);
        const isKnown = SECTIONS.some(({ fixed, dynamic }) => fixed === asked || dynamic === asked);
        return isKnown ? jsonAnswer({ configs: list }) : textAnswer(`${asked} not found in config dump`, 404);
      }
      const bootstrap = {
        "@type": "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump",
        bootstrap: withoutType(show(options.bootstrap)),
      };
      return jsonAnswer({ configs: [bootstrap, ...sections] });
    },
  };
}

function sectionJson(
  section: Section,
  resources: readonly DumpedResource[],
  options: ConfigDumpOptions,
): JsonObject {
  const fixed: JsonValue[] = [];
  const dynamic: JsonValue[] = [];
  for (const resource of resources) {
    if (resource.typeUrl !== section.typeUrl) continue;
    if (options.isStatic(resource.typeUrl, resource.name)) fixed.push(contentJson(section, resource));
    else dynamic.push(dynamicJson(section, resource));
  }
  return {
    "@type": `type.googleapis.com/envoy.admin.v3.${section.dump}`,
    ...(fixed.length === 0 ? {} : { [section.fixed]: fixed }),
    ...(dynamic.length === 0 ? {} : { [section.dynamic]: dynamic }),
  };
}

/** Listeners have their content one level deeper, since Envoy shows one that warms beside the one that serves. */
function dynamicJson(section: Section, resource: DumpedResource): JsonObject {
  const content = { ...versionJson(resource.state), ...contentJson(section, resource) };
  const error = errorJson(resource.state);
  if (section.typeUrl !== TYPE_URL.LDS) return { ...content, ...error };
  const isServing = resource.state.kind === "present";
  return { name: resource.name, ...(isServing ? { active_state: content } : {}), ...error };
}

function versionJson(state: ResourceState): JsonObject {
  return state.kind === "present" ? { version_info: state.version } : {};
}

function contentJson({ field, typeUrl }: Section, { name, state }: DumpedResource): JsonObject {
  if (state.kind === "present") return { [field]: show({ type_url: typeUrl, value: state.bytes }) };
  return { [field]: { "@type": typeUrl, name } };
}

/** Envoy's `error_state` and `client_status`: why there is nothing, or what came later and was refused. */
function errorJson(state: ResourceState): JsonObject {
  switch (state.kind) {
    case "present": {
      if (state.rejected === undefined) return { client_status: "ACKED" };
      const { version, problems, atWallMs } = state.rejected;
      const time = toJson("google.protobuf.Timestamp", timestampFromMs(atWallMs));
      return {
        error_state: { version_info: version, details: problems.join("; "), last_update_attempt: time },
        client_status: "NACKED",
      };
    }
    case "waiting":
      return { ...detailsJson(state.reason), client_status: "REQUESTED" };
    case "missing":
      return { ...detailsJson(state.reason), client_status: "DOES_NOT_EXIST" };
    case "invalid":
      return { ...detailsJson(state.reason), client_status: "NACKED" };
    default:
      return state satisfies never;
  }
}

function detailsJson(details: string | undefined): JsonObject {
  return details === undefined ? {} : { error_state: { details } };
}

function show(any: Any): JsonValue {
  return redact(toJson("google.protobuf.Any", any));
}

function withoutType(value: JsonValue): JsonValue {
  const { "@type": _, ...rest } = value as JsonObject;
  return rest;
}
