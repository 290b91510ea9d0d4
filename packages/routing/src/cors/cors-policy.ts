import type { StringMatcher } from "@dualmesh/matching";
import type { RuntimeFraction } from "../route/fraction.ts";

/**
 * What pages of other origins may do.
 *
 * @see Fetch Standard, "CORS protocol"; Envoy, `envoy.extensions.filters.http.cors.v3.CorsPolicy`
 */
export interface CorsPolicy {
  /** One that matches is enough; exactly `*` allows all. Answers name the origin itself, never `*`. Default: none. */
  readonly allowOrigins?: readonly StringMatcher[];
  /** As they are sent; `*` repeats the method that was asked for. Default: not sent. */
  readonly allowMethods?: string | undefined;
  /** As they are sent; `*` repeats the headers that were asked for. Default: not sent. */
  readonly allowHeaders?: string | undefined;
  /** As they are sent. Default: not sent. */
  readonly exposeHeaders?: string | undefined;
  /** How long a preflight counts, in seconds, as it is sent. Default: not sent. */
  readonly maxAge?: string | undefined;
  /** Default false. */
  readonly allowCredentials?: boolean | undefined;
  /** Lets public pages ask services of a private network, where a preflight wants that. Default false. */
  readonly allowPrivateNetworkAccess?: boolean | undefined;
  /** Whether the upstream answers preflights of origins that are not allowed. Default true; else they get an empty 200. */
  readonly forwardNotMatchingPreflights?: boolean | undefined;
  /** Default: all. */
  readonly enabled?: RuntimeFraction | undefined;
  /** Where it is not enabled: counts origins, and changes nothing. Default: none. */
  readonly shadow?: RuntimeFraction | undefined;
}
