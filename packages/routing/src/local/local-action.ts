import { knownKeys } from "@dualmesh/matching";
import type { BodyFormat } from "./body-format.ts";

/**
 * Answers without an upstream.
 *
 * @see Envoy, `envoy.config.route.v3.DirectResponseAction`
 */
export interface DirectResponseAction {
  readonly kind: "direct-response";
  /** 200 to 599. */
  readonly status: number;
  /** Default: nothing. */
  readonly body?: string | Uint8Array;
  /** How the body is made: `hello %REQ(x-name)%`. `%LOCAL_REPLY_BODY%` stands for `body`. Default: as it is. */
  readonly bodyFormat?: BodyFormat;
}

/** For a proxyless server, which handles the request itself. A proxy answers 503 with an empty body. */
export interface NonForwardingAction {
  readonly kind: "non-forwarding";
}

/** The keys of a {@link DirectResponseAction}. */
export const DIRECT_RESPONSE_KEYS: ReadonlySet<string> = knownKeys<DirectResponseAction>(
  "kind",
  "status",
  "body",
  "bodyFormat",
);
