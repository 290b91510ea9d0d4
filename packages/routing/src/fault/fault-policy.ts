import type { HeaderMatcher } from "@dualmesh/matching";
import type { Fraction } from "../route/fraction.ts";

/**
 * Which requests are disturbed, and how. What is absent does not happen; delay, abort and rate limit are drawn each on
 * their own.
 *
 * @see Envoy, `envoy.extensions.filters.http.fault.v3.HTTPFault`
 */
export interface FaultPolicy {
  readonly delay?: FaultDelay | undefined;
  readonly abort?: FaultAbort | undefined;
  readonly rateLimit?: FaultRateLimit | undefined;
  /** All must match. Default: none. */
  readonly headers?: readonly HeaderMatcher[];
  /** Only requests whose route has chosen this cluster. Default: any. */
  readonly upstreamCluster?: string | undefined;
  /** Only requests whose `x-envoy-downstream-service-node` is one of these. Default: any. */
  readonly downstreamNodes?: readonly string[];
  /** How many requests may be disturbed at once; 0 is none. Default: any number. */
  readonly maxActive?: number | undefined;
  /** Names of runtime keys. Default: Envoy's, such as `fault.http.abort.http_status`. */
  readonly runtimeKeys?: Partial<FaultRuntimeKeys>;
}

/** Holds a request back. */
export interface FaultDelay {
  /** Milliseconds, or what the request's `x-envoy-fault-delay-request` says. */
  readonly ms: number | "header";
  /** With `header`, `x-envoy-fault-delay-request-percentage` may lower it. */
  readonly share: Fraction;
}

/** Answers in place of the upstream. */
export interface FaultAbort {
  /**
   * With what: HTTP's status, a gRPC status, or what the request's `x-envoy-fault-abort-request` or
   * `x-envoy-fault-abort-grpc-request` says.
   */
  readonly with:
    | { readonly kind: "http"; readonly status: number }
    | { readonly kind: "grpc"; readonly status: number }
    | { readonly kind: "header" };
  /** With `header`, `x-envoy-fault-abort-request-percentage` may lower it. */
  readonly share: Fraction;
}

/** Lets the body of the response pass no faster than this. */
export interface FaultRateLimit {
  /** KiB per second, or what the request's `x-envoy-fault-throughput-response` says. */
  readonly kibPerSecond: number | "header";
  /** With `header`, `x-envoy-fault-throughput-response-percentage` may lower it. */
  readonly share: Fraction;
}

/** Runtime keys: each value that is there takes the place of what is configured, or of what a header says. */
export interface FaultRuntimeKeys {
  readonly delayShare: string;
  readonly delayMs: string;
  readonly abortShare: string;
  readonly abortHttpStatus: string;
  readonly abortGrpcStatus: string;
  readonly rateLimitShare: string;
  readonly maxActive: string;
}
