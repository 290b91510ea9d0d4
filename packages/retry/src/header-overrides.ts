import type { RequestHead, ResponseHead } from "@dualmesh/core";
import { GRPC_CONDITIONS, HTTP_CONDITIONS, parseRetryOn, type RetryCondition } from "./retry-on.ts";
import { createRetryPolicy, type RetryPolicy } from "./retry-policy.ts";

/**
 * The request headers that steer retries, in lower case. A router takes them off what it sends on, obeyed or not; what
 * an outside client sends is taken off before it gets here.
 */
export const RETRY_HEADERS: readonly string[] = [
  "x-envoy-retry-on",
  "x-envoy-retry-grpc-on",
  "x-envoy-max-retries",
  "x-envoy-retriable-status-codes",
  "x-envoy-retriable-header-names",
  "x-envoy-upstream-rq-per-try-timeout-ms",
  "x-envoy-hedge-on-per-try-timeout",
];

/**
 * The policy for one request: the route's, changed by what the request says. Pure; the same object where nothing
 * changes it, and `undefined` where neither route nor request asks for anything.
 *
 * Conditions, status codes and header names are added to the policy's; the number of retries (0 included) and the
 * time per try replace it. What cannot be read is ignored, as with Envoy. A request that
 * {@link RetryPolicyOptions.retriableRequest} refuses is not retried, whatever its headers say.
 *
 * @see Envoy, "Router", HTTP headers consumed from downstreams
 */
export function withHeaderOverrides(
  policy: RetryPolicy | undefined,
  request: RequestHead,
): RetryPolicy | undefined {
  const said = readOverrides(request);
  const refused = policy?.options.retriableRequest?.(request) === false;
  if (said === undefined && !refused) return policy;

  const options = policy?.options ?? { retryOn: [] };
  const { conditions = [], statusCodes = [], headerNames = [], numRetries, perTryTimeoutMs } = said ?? {};
  return createRetryPolicy({
    ...options,
    retryOn: refused ? [] : [...new Set([...(policy?.conditions ?? []), ...conditions])],
    numRetries: numRetries ?? options.numRetries,
    perTryTimeoutMs: perTryTimeoutMs ?? options.perTryTimeoutMs,
    retriableStatusCodes: [...(options.retriableStatusCodes ?? []), ...statusCodes],
    retriableResponse: orHeaders(options.retriableResponse, headerNames),
  });
}

interface Overrides {
  conditions?: RetryCondition[];
  statusCodes?: number[];
  headerNames?: string[];
  numRetries?: number | undefined;
  perTryTimeoutMs?: number | undefined;
}

/** One walk over the fields: most requests have none of them, and a look-up for each would walk seven times. */
function readOverrides({ headers }: RequestHead): Overrides | undefined {
  let said: Overrides | undefined;
  const flat = headers.flat();
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string;
    if (name.length < SHORTEST || !/^x-envoy-/i.test(name)) continue;
    const value = flat[i + 1] as string;
    switch (name.toLowerCase()) {
      case "x-envoy-retry-on":
        said ??= {};
        said.conditions = [...(said.conditions ?? []), ...parseRetryOn(value, HTTP_CONDITIONS).conditions];
        break;
      case "x-envoy-retry-grpc-on":
        said ??= {};
        said.conditions = [...(said.conditions ?? []), ...parseRetryOn(value, GRPC_CONDITIONS).conditions];
        break;
      case "x-envoy-max-retries":
        said ??= {};
        said.numRetries ??= readInteger(value, 0);
        break;
      case "x-envoy-retriable-status-codes":
        said ??= {};
        said.statusCodes = parts(value).flatMap((part) => readInteger(part, 100, 599) ?? []);
        break;
      case "x-envoy-retriable-header-names":
        said ??= {};
        said.headerNames = parts(value);
        break;
      case "x-envoy-upstream-rq-per-try-timeout-ms":
        said ??= {};
        said.perTryTimeoutMs ??= readInteger(value, 1);
        break;
    }
  }
  return said;
}

const SHORTEST = "x-envoy-retry-on".length;

function parts(list: string): string[] {
  return list
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function readInteger(text: string, min: number, max: number = Number.MAX_SAFE_INTEGER): number | undefined {
  if (!/^\s*\d+\s*$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

function orHeaders(
  policy: ((head: ResponseHead) => boolean) | undefined,
  names: readonly string[],
): ((head: ResponseHead) => boolean) | undefined {
  if (names.length === 0) return policy;
  return (head) => policy?.(head) === true || names.some((name) => head.headers.has(name));
}
