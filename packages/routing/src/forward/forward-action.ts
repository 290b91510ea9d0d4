import { knownKeys } from "@dualmesh/matching";
import type { HeaderMutations } from "../headers/header-mutations.ts";
import type { LabelSettings } from "../headers/label-settings.ts";
import type { EndpointMetadata } from "./endpoint-metadata.ts";
import type { HashPolicy } from "./hash-policy.ts";
import type { HedgePolicy } from "./hedge-policy.ts";
import type { HostRewrite } from "./host-rewrite.ts";
import type { MirrorPolicy } from "./mirror-policy.ts";
import type { PathRewrite } from "./path-rewrite.ts";

/**
 * Sends the request to a cluster.
 *
 * @see Envoy, `envoy.config.route.v3.RouteAction`
 */
export interface ForwardAction<Retry = unknown, Extra = unknown> {
  readonly kind: "forward";
  readonly clusters: ClusterSpecifier<Extra>;
  /** From the end of the request to the end of the response, all tries together. 0: none. Default 15000. */
  readonly timeoutMs?: number;
  /** Without a byte in either direction. 0: none. Default: the listener's. */
  readonly idleTimeoutMs?: number;
  /** Of a stream as a whole. 0: none. Default: the listener's. */
  readonly maxStreamDurationMs?: number;
  /**
   * What a client's `grpc-timeout` may ask for at most; it then takes the place of `maxStreamDurationMs`. 0: anything.
   * Default: what the client asks for does not count.
   */
  readonly grpcTimeoutHeaderMaxMs?: number;
  /** Taken off a client's `grpc-timeout`, so that this side gives up first. Default 0. */
  readonly grpcTimeoutHeaderOffsetMs?: number;
  /**
   * The older form, which takes the place of `timeoutMs` for gRPC: a client's `grpc-timeout`, this at most; 0: anything.
   * Default: `timeoutMs`.
   */
  readonly maxGrpcTimeoutMs?: number;
  /** Taken off a client's `grpc-timeout` before that, unless nothing would be left. Default 0. */
  readonly grpcTimeoutOffsetMs?: number;
  /** Takes the place of the virtual host's as a whole. Default: the virtual host's. */
  readonly retryPolicy?: Retry;
  readonly hedgePolicy?: HedgePolicy;
  /** What makes the key by which balancers choose. Default: nothing. */
  readonly hashPolicies?: readonly HashPolicy[];
  /** Copies of the requests. Takes the place of the virtual host's as a whole. Default: the virtual host's. */
  readonly mirrors?: readonly MirrorPolicy[];
  /** What endpoints must be labelled with. */
  readonly endpointMetadata?: EndpointMetadata;
  readonly pathRewrite?: PathRewrite;
  readonly hostRewrite?: HostRewrite;
  /** Adds the old authority to `x-forwarded-host` where the host is rewritten. Default false. */
  readonly appendForwardedHost?: boolean;
  /** Which of a cluster's thresholds apply. Default `default`. */
  readonly priority?: "default" | "high";
  /** The status where the cluster does not exist. Default 503. */
  readonly clusterNotFoundStatus?: 404 | 500 | 503;
}

/** Which cluster. */
export type ClusterSpecifier<Extra = unknown> =
  | { readonly kind: "single"; readonly name: string }
  /** The first value of a header, in this very case; empty where it is missing, which is the name of no cluster. */
  | { readonly kind: "header"; readonly headerName: string }
  | WeightedClusters<Extra>;

/** One of several, by weight. */
export interface WeightedClusters<Extra = unknown> {
  readonly kind: "weighted";
  readonly clusters: readonly WeightedCluster<Extra>[];
  /** A header whose number decides instead of chance: modulo the sum of weights. */
  readonly headerName?: string;
  /**
   * The key of the request decides instead of chance, as far as it can be told before the request is made ready and without
   * giving the client a cookie: modulo the sum of weights. Without a key, chance. Excludes `headerName`. Default false.
   */
  readonly byHash?: boolean;
}

/** One of several clusters. */
export interface WeightedCluster<Extra = unknown> {
  readonly cluster: Exclude<ClusterSpecifier, { readonly kind: "weighted" }>;
  /** Its share of the sum of all weights. Integer from 0. */
  readonly weight: number;
  /** Applied before the route's, in both orders. */
  readonly requestHeaders?: HeaderMutations;
  readonly responseHeaders?: HeaderMutations;
  /** Labels that travel with the call from here on, before the route's: so a share of calls stays together all the way. */
  readonly setLabels?: LabelSettings;
  /** A new authority, set before the route's own rewrite, which may replace it. */
  readonly hostRewrite?: string;
  /** Added to the route's, and wins over it. */
  readonly endpointMetadata?: EndpointMetadata;
  readonly typedPerFilter?: ReadonlyMap<string, unknown>;
  readonly extra?: Extra;
}

/** The keys of a {@link ForwardAction}. */
export const FORWARD_KEYS: ReadonlySet<string> = knownKeys<ForwardAction>(
  "kind",
  "clusters",
  "timeoutMs",
  "idleTimeoutMs",
  "maxStreamDurationMs",
  "grpcTimeoutHeaderMaxMs",
  "grpcTimeoutHeaderOffsetMs",
  "maxGrpcTimeoutMs",
  "grpcTimeoutOffsetMs",
  "retryPolicy",
  "hedgePolicy",
  "hashPolicies",
  "mirrors",
  "endpointMetadata",
  "pathRewrite",
  "hostRewrite",
  "appendForwardedHost",
  "priority",
  "clusterNotFoundStatus",
);

/** The keys of each {@link ClusterSpecifier}. */
export const CLUSTER_KINDS: Readonly<Record<ClusterSpecifier["kind"], ReadonlySet<string>>> = {
  single: knownKeys<ClusterSpecifier>("kind", "name"),
  header: knownKeys<ClusterSpecifier>("kind", "headerName"),
  weighted: knownKeys<ClusterSpecifier>("kind", "clusters", "headerName", "byHash"),
};

/** The keys of a cluster that is one of itself, where no weights may stand. */
export const TARGET_KINDS: Readonly<Record<"single" | "header", ReadonlySet<string>>> = {
  single: CLUSTER_KINDS.single,
  header: CLUSTER_KINDS.header,
};

/** The keys of a {@link WeightedCluster}. */
export const WEIGHTED_KEYS: ReadonlySet<string> = knownKeys<WeightedCluster>(
  "cluster",
  "weight",
  "requestHeaders",
  "responseHeaders",
  "setLabels",
  "hostRewrite",
  "endpointMetadata",
  "typedPerFilter",
  "extra",
);
