import { missingName } from "@dualmesh/core";
import type { Message } from "@dualmesh/envoy-api/wire";
import type { TargetOptions, XdsTarget } from "../client/xds-target.ts";
import { parseTargetUri } from "./target-uri.ts";
import { pemOf, tlsOf, tlsOfTransportSocket } from "./tls-context.ts";

type Bootstrap = Message<"envoy.config.bootstrap.v3.Bootstrap">;
type GrpcService = Message<"envoy.config.core.v3.GrpcService">;
type Address = Message<"envoy.config.core.v3.Address">;
type Problem = (sentence: string) => void;

/** Where the control plane of a gRPC service is: its addresses in order. Empty after a problem. */
export function adsTargets(
  service: GrpcService,
  bootstrap: Bootstrap,
  problem: Problem,
): readonly XdsTarget[] {
  const { envoy_grpc: envoy, google_grpc: google } = service;
  const metadata = service.initial_metadata.map(({ key, value }) => [key, value] as const);
  const options: TargetOptions = metadata.length === 0 ? {} : { metadata };
  if (envoy !== undefined) {
    const authority = envoy.authority === "" ? {} : { authority: envoy.authority };
    return clusterTargets(envoy.cluster_name, bootstrap, { ...options, ...authority }, problem);
  }
  if (google !== undefined) return googleTargets(google, options, problem);
  problem("dynamic_resources.ads_config.grpc_services[0]: expected envoy_grpc or google_grpc, got neither");
  return [];
}

/** All endpoints of a static cluster. */
function clusterTargets(
  name: string,
  bootstrap: Bootstrap,
  options: TargetOptions,
  problem: Problem,
): readonly XdsTarget[] {
  const cluster = bootstrap.static_resources?.clusters.find((one) => one.name === name);
  if (cluster === undefined) {
    const field = "dynamic_resources.ads_config.grpc_services[0].envoy_grpc.cluster_name";
    const known = bootstrap.static_resources?.clusters.map((one) => one.name) ?? [];
    problem(`${field}: ${missingName("static cluster", name, known)}`);
    return [];
  }
  const inCluster: Problem = (sentence) => problem(`cluster "${name}": ${sentence}`);
  const tls = tlsOfTransportSocket(cluster.transport_socket?.typed_config, inCluster);
  const more = tls === undefined ? options : { ...options, tls };
  const targets: XdsTarget[] = [];
  for (const { lb_endpoints: endpoints } of cluster.load_assignment?.endpoints ?? []) {
    for (const { endpoint } of endpoints) {
      const target = targetOfAddress(endpoint?.address, more, inCluster);
      if (target !== undefined) targets.push(target);
    }
  }
  if (targets.length === 0) inCluster("has no endpoint with an address, so that there is no control plane");
  return targets;
}

function targetOfAddress(
  address: Address | undefined,
  options: TargetOptions,
  problem: Problem,
): XdsTarget | undefined {
  const { socket_address: socket, pipe } = address ?? {};
  if (pipe !== undefined) return { kind: "unix", address: pipe.path, ...options };
  if (socket?.port_value !== undefined) {
    const host = socket.address.includes(":") ? `[${socket.address}]` : socket.address;
    return { kind: "tcp", address: `${host}:${socket.port_value}`, ...options };
  }
  problem("an endpoint needs a pipe, or a socket_address with port_value");
  return undefined;
}

function googleTargets(
  google: Message<"envoy.config.core.v3.GrpcService.GoogleGrpc">,
  options: TargetOptions,
  problem: Problem,
): readonly XdsTarget[] {
  const inGoogle: Problem = (sentence) =>
    problem(`dynamic_resources.ads_config.grpc_services[0].google_grpc: ${sentence}`);
  if (google.call_credentials.length > 0) inGoogle("call_credentials are not supported");
  const target = parseTargetUri(google.target_uri);
  if (typeof target === "string") {
    inGoogle(target);
    return [];
  }
  const { ssl_credentials: ssl, google_default: byGoogle } = google.channel_credentials ?? {};
  if (byGoogle !== undefined) inGoogle("google_default credentials are not supported");
  if (ssl === undefined) return [{ ...target, ...options }];
  const tls = tlsOf(
    {
      trustedCa: pemOf("root_certs", ssl.root_certs, inGoogle),
      certificateChain: pemOf("cert_chain", ssl.cert_chain, inGoogle),
      privateKey: pemOf("private_key", ssl.private_key, inGoogle),
      serverName: undefined,
    },
    inGoogle,
  );
  return [{ ...target, ...options, tls }];
}
