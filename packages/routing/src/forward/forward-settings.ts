import type { EndpointMetadata } from "./endpoint-metadata.ts";
import type { HedgePolicy } from "./hedge-policy.ts";
import type { Mirror } from "./mirror-policy.ts";

/** How a request is forwarded, whichever cluster it goes to. */
export interface ForwardSettings<Retry = unknown> {
  /** 0: none. */
  readonly timeoutMs: number;
  /** 0: none; `undefined`: the listener's. */
  readonly idleTimeoutMs: number | undefined;
  readonly maxStreamDurationMs: number | undefined;
  /** 0: any; `undefined`: a client's `grpc-timeout` does not count. */
  readonly grpcTimeoutHeaderMaxMs: number | undefined;
  readonly grpcTimeoutHeaderOffsetMs: number;
  /** For gRPC in place of `timeoutMs`: the client's, this at most. 0: any; `undefined`: `timeoutMs`. */
  readonly maxGrpcTimeoutMs: number | undefined;
  readonly grpcTimeoutOffsetMs: number;
  /** The route's, else the virtual host's. */
  readonly retryPolicy: Retry | undefined;
  readonly hedgePolicy: HedgePolicy | undefined;
  /** Who may get copies; each says by itself whether it does. Empty for most routes. */
  readonly mirrors: readonly Mirror[];
  /** What endpoints must be labelled with. */
  readonly endpointMetadata: EndpointMetadata | undefined;
  readonly priority: "default" | "high";
  /** The status where `cluster` does not exist. */
  readonly clusterNotFoundStatus: 404 | 500 | 503;
  /** The endpoint's host name becomes the authority: by `rewriteAuthority`, once it is known. */
  readonly rewritesHostToEndpoint: boolean;
  readonly appendForwardedHost: boolean;
}
