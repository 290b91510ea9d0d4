import type { FrameCodec } from "@dualmesh/codecs/frame";
import { durationMs, type MessageTypes, unpackAny } from "@dualmesh/envoy-api";
import type { ExtensionRegistry } from "../extensions/extension-registry.ts";
import type { EndpointAddress } from "../transport/endpoint-address.ts";
import { compileAddress } from "./address.ts";
import { compileRpcInspector, NO_CODECS, RPC_INSPECTOR } from "./codecs.ts";
import { enumValue } from "./enum-value.ts";
import { compileFilterChain, compileHttp, type FilterChainPlan, wholeListener } from "./filter-chain.ts";
import type { CompileReport } from "./report.ts";

type ListenerMessage = MessageTypes["envoy.config.listener.v3.Listener"];

/** Which way the calls of a listener go, as its owner says. */
export type Direction = "outbound" | "inbound" | "unspecified";

/** A listener as configured. */
export interface ListenerPlan {
  readonly name: string;
  readonly direction: Direction;
  /** Where it accepts; absent for an API listener, which is for clients in the same process alone. */
  readonly address: EndpointAddress | undefined;
  /** Whether a sidecar opens the address. */
  readonly bind: boolean;
  readonly chains: readonly FilterChainPlan[];
  /** The protocols of frames that its connections may speak beside HTTP. */
  readonly codecs: readonly FrameCodec[];
  /** Whether its chains are chosen by what a client says first. */
  readonly inspects: boolean;
  /** How long a client may take to say it. Milliseconds. 0: no limit. */
  readonly inspectionTimeoutMs: number;
}

/** Listener filters that only look at the first bytes: that is done here wherever it is needed, as Envoy does by itself. */
const INSPECTORS: ReadonlySet<string> = new Set([
  "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector",
  "envoy.extensions.filters.listener.http_inspector.v3.HttpInspector",
]);

/** Compiles a Listener: TCP or Unix socket, HTTP connection managers, chains chosen by port, server name and transport. */
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
      "listener_filters_timeout",
    ],
    ignores: [
      "per_connection_buffer_limit_bytes",
      "metadata",
      "drain_type",
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
  let codecs = NO_CODECS;
  message.listener_filters.forEach((filter, i) => {
    const here = `${path}.listener_filters[${i}]`;
    const any = filter.typed_config;
    const type = any?.type_url.split("/").pop() ?? filter.name;
    if (type === RPC_INSPECTOR && any !== undefined) {
      const config = report.attempt(`${here}.typed_config`, () => unpackAny(any).message);
      if (config === undefined) return;
      const inspector = config as MessageTypes[typeof RPC_INSPECTOR];
      codecs = compileRpcInspector(inspector, `${here}.typed_config`, report, registry);
    } else if (!INSPECTORS.has(type)) report.refuse(here, `${type} is not supported`);
  });
  const chains: FilterChainPlan[] = [];
  const add = (plan: FilterChainPlan | undefined, chainPath: string): void => {
    if (plan === undefined) return;
    const there = chains.find(({ key }) => key === plan.key);
    if (there === undefined) chains.push(plan);
    else report.refuse(`${chainPath}.filter_chain_match`, `another chain is for ${plan.key} already`);
  };
  for (const [i, chain] of message.filter_chains.entries()) {
    const chainPath = `${path}.filter_chains[${i}]`;
    add(compileFilterChain(chain, chainPath, report, registry), chainPath);
  }
  const { default_filter_chain: rest } = message;
  if (rest !== undefined) {
    const chainPath = `${path}.default_filter_chain`;
    const plan = compileFilterChain(rest, chainPath, report, registry);
    if (plan !== undefined) add({ ...plan, ...wholeListener("default"), isDefault: true }, chainPath);
  }
  const api = message.api_listener?.api_listener;
  if (api !== undefined) {
    const http = compileHttp(api, `${path}.api_listener`, report, registry);
    const whole = wholeListener("api_listener");
    if (http !== undefined)
      chains.push({ ...whole, name: "api_listener", tls: undefined, handshakeTimeoutMs: 0, http });
  } else if (message.filter_chains.length === 0 && message.default_filter_chain === undefined) {
    report.refuse(`${path}.filter_chains`, "expected at least one");
  }
  return {
    name: message.name,
    direction: enumValue(message.traffic_direction, DIRECTIONS, `${path}.traffic_direction`, report),
    address:
      api !== undefined && message.address === undefined
        ? undefined
        : compileAddress(message.address, `${path}.address`, report, { names: false }),
    bind: message.bind_to_port ?? true,
    chains,
    codecs,
    inspects: chains.some(({ serverNames, transport }) => serverNames.length > 0 || transport !== undefined),
    inspectionTimeoutMs:
      message.listener_filters_timeout === undefined ? 15_000 : durationMs(message.listener_filters_timeout),
  };
}

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  UNSPECIFIED: "unspecified",
  INBOUND: "inbound",
  OUTBOUND: "outbound",
};
