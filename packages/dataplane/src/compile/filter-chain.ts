import { durationMs, type MessageTypes, unpackAny } from "@dualmesh/envoy-api";
import { foldAscii } from "@dualmesh/matching";
import type { ExtensionRegistry } from "../extensions/extension-registry.ts";
import { type ConnectionManagerPlan, compileConnectionManager } from "./connection-manager.ts";
import type { CompileReport } from "./report.ts";
import { compileDownstreamTls, type DownstreamTlsPlan } from "./tls/downstream-tls.ts";

type FilterChainMessage = MessageTypes["envoy.config.listener.v3.FilterChain"];
type MatchMessage = MessageTypes["envoy.config.listener.v3.FilterChainMatch"];

/** Which connections a filter chain is for. */
export interface ChainMatch {
  /** The match as text: who the chain is while its listener changes. */
  readonly key: string;
  /** Whether it takes what no other chain of its listener takes. */
  readonly isDefault: boolean;
  /** Only connections for this port; `undefined`: all. */
  readonly destinationPort: number | undefined;
  /** Only connections by TLS that ask for one of these servers, `*.` for all below; none: all connections. */
  readonly serverNames: readonly string[];
  /** Only connections that begin so; `undefined`: all. */
  readonly transport: "tls" | "raw_buffer" | undefined;
}

export interface FilterChainPlan extends ChainMatch {
  readonly name: string;
  /** `undefined`: its connections are in clear text. */
  readonly tls: DownstreamTlsPlan | undefined;
  /** For a handshake. Milliseconds. 0: no limit. */
  readonly handshakeTimeoutMs: number;
  readonly http: ConnectionManagerPlan;
}

const HCM = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

/** Envoy sets no limit by itself; nobody has to hold handshakes that nobody goes on with. Milliseconds. */
const HANDSHAKE_TIMEOUT_MS = 15_000;

/** The match of a chain that is for all connections. */
export function wholeListener(key: string): ChainMatch {
  return { key, isDefault: false, destinationPort: undefined, serverNames: [], transport: undefined };
}

/** Compiles a FilterChain; `undefined` for one that is refused, or that no connection ever gets to. */
export function compileFilterChain(
  message: FilterChainMessage,
  path: string,
  report: CompileReport,
  registry: ExtensionRegistry,
): FilterChainPlan | undefined {
  report.checkFields(path, message, {
    uses: ["filters", "filter_chain_match", "name", "transport_socket", "transport_socket_connect_timeout"],
    ignores: ["metadata"],
  });
  const { filter_chain_match: given, transport_socket: socket } = message;
  const match = compileMatch(given, `${path}.filter_chain_match`, report);
  if (match === undefined) return undefined;
  const tls = socket && compileDownstreamTls(socket, `${path}.transport_socket`, report);
  const [filter, ...more] = message.filters;
  if (filter === undefined || more.length > 0) {
    report.refuse(
      `${path}.filters`,
      `expected one HTTP connection manager, got ${message.filters.length} filters`,
    );
    return undefined;
  }
  if (filter.typed_config === undefined) {
    report.refuse(`${path}.filters[0].typed_config`, "it is missing");
    return undefined;
  }
  const http = compileHttp(filter.typed_config, `${path}.filters[0]`, report, registry);
  if (http === undefined) return undefined;
  const timeout = message.transport_socket_connect_timeout;
  return {
    ...match,
    name: message.name,
    tls,
    handshakeTimeoutMs: timeout === undefined ? HANDSHAKE_TIMEOUT_MS : durationMs(timeout),
    http,
  };
}

/** `undefined` for what never comes: a transport that is neither TLS nor clear text. */
function compileMatch(
  message: MatchMessage | undefined,
  path: string,
  report: CompileReport,
): ChainMatch | undefined {
  if (message === undefined) return wholeListener("any connection");
  report.checkFields(path, message, {
    uses: ["destination_port", "transport_protocol", "server_names"],
  });
  const { destination_port: destinationPort, transport_protocol: transport } = message;
  const serverNames = message.server_names.map(foldAscii);
  for (const [i, name] of serverNames.entries()) {
    if (name === "" || name.replace(/^\*\./, "").includes("*"))
      report.refuse(`${path}.server_names[${i}]`, `expected a name, or one behind "*.", got "${name}"`);
  }
  if (transport !== "" && transport !== "tls" && transport !== "raw_buffer") {
    report.warn(path, `no connection is ever "${transport}": the chain is left out`);
    return undefined;
  }
  const parts = [
    destinationPort === undefined ? "" : `port ${destinationPort}`,
    serverNames.length === 0 ? "" : `servers ${serverNames.toSorted().join(" ")}`,
    transport,
  ].filter((part) => part !== "");
  return {
    key: parts.length === 0 ? "any connection" : parts.join(", "),
    isDefault: false,
    destinationPort,
    serverNames,
    transport: transport === "" ? undefined : transport,
  };
}

/** Compiles a network filter: an HTTP connection manager, or nothing. */
export function compileHttp(
  any: MessageTypes["google.protobuf.Any"],
  path: string,
  report: CompileReport,
  registry: ExtensionRegistry,
): ConnectionManagerPlan | undefined {
  const unpacked = report.attempt(path, () => unpackAny(any));
  if (unpacked === undefined) return undefined;
  if (unpacked.type !== HCM) {
    report.refuse(path, `the network filter ${unpacked.type} is not supported`);
    return undefined;
  }
  return compileConnectionManager(unpacked.message as MessageTypes[typeof HCM], path, report, registry);
}
