import { type MessageTypes, unpackAny } from "@dualmesh/envoy-api";
import type { ExtensionRegistry } from "../extensions/extension-registry.ts";
import type { EndpointAddress } from "../transport/endpoint-address.ts";
import { compileAddress } from "./address.ts";
import { type ConnectionManagerPlan, compileConnectionManager } from "./connection-manager.ts";
import type { CompileReport } from "./report.ts";

type ListenerMessage = MessageTypes["envoy.config.listener.v3.Listener"];
type FilterChainMessage = MessageTypes["envoy.config.listener.v3.FilterChain"];

/** Which way the calls of a listener go, as its owner says. */
export type Direction = "outbound" | "inbound" | "unspecified";

export interface FilterChainPlan {
  readonly name: string;
  /** Only connections for this port; `undefined`: all. */
  readonly destinationPort: number | undefined;
  readonly http: ConnectionManagerPlan;
}

/** A listener as configured. */
export interface ListenerPlan {
  readonly name: string;
  readonly direction: Direction;
  /** Where it accepts; absent for an API listener, which is for clients in the same process alone. */
  readonly address: EndpointAddress | undefined;
  /** Whether a sidecar opens the address. */
  readonly bind: boolean;
  /** In the order in which they are tried. */
  readonly chains: readonly FilterChainPlan[];
}

const HCM = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

/** Listener filters that only look at the first bytes: with HTTP/1.1 alone there is nothing to tell apart. */
const INSPECTORS: ReadonlySet<string> = new Set([
  "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector",
  "envoy.extensions.filters.listener.http_inspector.v3.HttpInspector",
]);

/** Compiles a Listener: TCP or Unix socket, HTTP connection managers, chains chosen by destination port. */
export function compileListener(
  message: ListenerMessage,
  report: CompileReport,
  registry: ExtensionRegistry,
): ListenerPlan {
  const path = `listener "${message.name}"`;
  report.checkFields(path, message, {
    uses: [
      "name",
      "address",
      "filter_chains",
      "default_filter_chain",
      "traffic_direction",
      "api_listener",
      "listener_filters",
      "bind_to_port",
    ],
    ignores: [
      "per_connection_buffer_limit_bytes",
      "metadata",
      "drain_type",
      "listener_filters_timeout",
      "continue_on_listener_filters_timeout",
      "connection_balance_config",
      "reuse_port",
      "enable_reuse_port",
      "enable_mptcp",
      "access_log",
      "tcp_backlog_size",
      "stat_prefix",
      "socket_options",
      "tcp_fast_open_queue_length",
      "ignore_global_conn_limit",
      "max_connections_to_accept_per_socket_event",
      "bypass_overload_manager",
    ],
  });
  message.listener_filters.forEach((filter, i) => {
    const type = filter.typed_config?.type_url.split("/").pop() ?? filter.name;
    if (!INSPECTORS.has(type)) report.refuse(`${path}.listener_filters[${i}]`, `${type} is not supported`);
  });
  const chains: FilterChainPlan[] = [];
  const add = (chain: FilterChainMessage, chainPath: string): void => {
    const plan = compileFilterChain(chain, chainPath, report, registry);
    if (plan !== undefined) chains.push(plan);
  };
  for (const [i, chain] of message.filter_chains.entries()) add(chain, `${path}.filter_chains[${i}]`);
  // A chain for one port is more specific than one for all, whatever the order of listing.
  chains.sort((a, b) => Number(a.destinationPort === undefined) - Number(b.destinationPort === undefined));
  if (message.default_filter_chain !== undefined)
    add(message.default_filter_chain, `${path}.default_filter_chain`);
  const api = message.api_listener?.api_listener;
  if (api !== undefined) {
    const http = compileHttp(api, `${path}.api_listener`, report, registry);
    if (http !== undefined) chains.push({ name: "api_listener", destinationPort: undefined, http });
  } else if (message.filter_chains.length === 0 && message.default_filter_chain === undefined) {
    report.refuse(`${path}.filter_chains`, "expected at least one");
  }
  return {
    name: message.name,
    direction: directionOf(message.traffic_direction),
    address:
      api !== undefined && message.address === undefined
        ? undefined
        : compileAddress(message.address, `${path}.address`, report, { names: false }),
    bind: message.bind_to_port ?? true,
    chains,
  };
}

function compileFilterChain(
  message: FilterChainMessage,
  path: string,
  report: CompileReport,
  registry: ExtensionRegistry,
): FilterChainPlan | undefined {
  report.checkFields(path, message, {
    uses: ["filters", "filter_chain_match", "name"],
    ignores: ["metadata", "transport_socket_connect_timeout"],
  });
  const match = message.filter_chain_match;
  if (match !== undefined) {
    report.checkFields(`${path}.filter_chain_match`, match, {
      uses: ["destination_port", "transport_protocol", "application_protocols"],
    });
    // Without TLS each connection is a raw buffer: a chain for another kind never gets one.
    if (match.transport_protocol !== "" && match.transport_protocol !== "raw_buffer") {
      report.warn(
        `${path}.filter_chain_match`,
        `no connection is ever "${match.transport_protocol}": the chain is left out`,
      );
      return undefined;
    }
    if (match.application_protocols.length > 0) {
      report.refuse(`${path}.filter_chain_match.application_protocols`, "it is not supported");
    }
  }
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
  return http === undefined
    ? undefined
    : { name: message.name, destinationPort: match?.destination_port, http };
}

function compileHttp(
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

function directionOf(direction: ListenerMessage["traffic_direction"]): Direction {
  if (direction === "OUTBOUND") return "outbound";
  return direction === "INBOUND" ? "inbound" : "unspecified";
}
