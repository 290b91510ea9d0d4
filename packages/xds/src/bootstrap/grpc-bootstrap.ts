import { fromJson } from "@dualmesh/envoy-api";
import type { XdsTarget, XdsTls } from "../client/xds-target.ts";
import type { XdsNode } from "../xds-node.ts";
import { ProblemCollector } from "./problem-collector.ts";
import { parseTargetUri } from "./target-uri.ts";

/** The bootstrap of gRPC's own xDS clients, as far as it concerns a client of the state of the world. */
export interface GrpcBootstrap {
  readonly node: XdsNode & { readonly id: string };
  /** The first server; fallback servers (A71) are not tried. */
  readonly target: XdsTarget;
  /** Of the first server: `xds_v3`, `ignore_resource_deletion`. Unknown ones are harmless. */
  readonly serverFeatures: readonly string[];
  /** How xDS-enabled servers name their listeners; holds `%s` for the address. */
  readonly serverListenerTemplate: string | undefined;
}

/** Which of the two environment variables counts. */
export type GrpcBootstrapChoice =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "inline"; readonly text: string };

/**
 * The file wins over the text; an empty value counts as absent. Whoever calls reads the environment.
 *
 * @param path `GRPC_XDS_BOOTSTRAP`
 * @param text `GRPC_XDS_BOOTSTRAP_CONFIG`
 * @see gRFC A27, "xDS Client Bootstrap File"
 */
export function chooseGrpcBootstrap(
  path: string | undefined,
  text: string | undefined,
): GrpcBootstrapChoice | undefined {
  if (path !== undefined && path !== "") return { kind: "file", path };
  return text === undefined || text === "" ? undefined : { kind: "inline", text };
}

/**
 * Reads gRPC's bootstrap, JSON as text. Fields that are not known are ignored.
 *
 * @param file stands in front of every problem.
 * @throws {MeshError} `INVALID_ARGUMENT` with all problems, a line each.
 */
export function parseGrpcBootstrap(text: string, file: string): GrpcBootstrap {
  const problems = new ProblemCollector(file);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    problems.add(`is not JSON: ${(error as Error).message}`);
  }
  problems.throwIfAny();
  const root = objectOf(json);
  const node = parseNode(root["node"], problems);
  const server = objectOf(listOf(root["xds_servers"])[0]);
  const target = parseServer(server, problems);
  problems.throwIfAny();
  return {
    node,
    target: target as XdsTarget,
    serverFeatures: listOf(server["server_features"]).filter((feature) => typeof feature === "string"),
    serverListenerTemplate: stringOf(root["server_listener_resource_name_template"]),
  };
}

const NODE_FIELDS = ["id", "cluster", "locality", "metadata"];

function parseNode(json: unknown, problems: ProblemCollector): XdsNode & { readonly id: string } {
  const known = Object.entries(objectOf(json)).filter(([field]) => NODE_FIELDS.includes(field));
  let node: XdsNode = {};
  try {
    node = fromJson("envoy.config.core.v3.Node", Object.fromEntries(known));
  } catch (error) {
    problems.add(`node: ${(error as Error).message}`);
  }
  const id = node.id ?? "";
  if (id === "") problems.add("node.id is needed: a control plane chooses by it what to send");
  return { ...node, id, user_agent_name: "dualmesh" };
}

function parseServer(server: JsonRecord, problems: ProblemCollector): XdsTarget | undefined {
  const uri = stringOf(server["server_uri"]);
  if (uri === undefined) {
    problems.add("xds_servers[0].server_uri is needed");
    return undefined;
  }
  const target = parseTargetUri(uri);
  if (typeof target === "string") problems.add(`xds_servers[0].server_uri: ${target}`);
  const tls = parseCredentials(server, problems);
  if (typeof target === "string") return undefined;
  return tls === undefined ? target : { ...target, tls };
}

/** The first entry of a kind that is known counts. */
function parseCredentials(server: JsonRecord, problems: ProblemCollector): XdsTls | undefined {
  const entries = listOf(server["channel_creds"]).map(objectOf);
  for (const entry of entries) {
    if (entry["type"] === "insecure") return undefined;
    if (entry["type"] === "tls") return parseTlsConfig(objectOf(entry["config"]));
  }
  const types = entries.map((entry) => String(entry["type"])).join(", ");
  problems.add(
    `xds_servers[0].channel_creds: one of insecure and tls is needed, got ${types === "" ? "none" : types}`,
  );
  return undefined;
}

/** @see gRFC A65 */
function parseTlsConfig(config: JsonRecord): XdsTls {
  const file = (field: string): { readonly kind: "file"; readonly path: string } | undefined => {
    const path = stringOf(config[field]);
    return path === undefined ? undefined : { kind: "file", path };
  };
  const trustedCa = file("ca_certificate_file");
  const certificateChain = file("certificate_file");
  const privateKey = file("private_key_file");
  return {
    ...(trustedCa === undefined ? {} : { trustedCa }),
    ...(certificateChain === undefined ? {} : { certificateChain }),
    ...(privateKey === undefined ? {} : { privateKey }),
  };
}

type JsonRecord = Readonly<Record<string, unknown>>;

function objectOf(value: unknown): JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonRecord) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
