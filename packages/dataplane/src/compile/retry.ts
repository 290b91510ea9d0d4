import { durationMs, type MessageTypes, typeNameOf } from "@dualmesh/envoy-api";
import { compileHeaderMatcher } from "@dualmesh/matching";
import { createRetryPolicy, parseRetryOn, type RetryPolicy } from "@dualmesh/retry";
import { headerMatcher } from "./matching.ts";
import type { CompileReport } from "./report.ts";

const PREVIOUS_HOSTS = "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate";

/** Compiles a RetryPolicy; the route's replaces its virtual host's whole, as with Envoy. */
export function compileRetryPolicy(
  message: MessageTypes["envoy.config.route.v3.RetryPolicy"],
  path: string,
  report: CompileReport,
): RetryPolicy | undefined {
  report.checkFields(path, message, {
    uses: [
      "retry_on",
      "num_retries",
      "per_try_timeout",
      "retry_host_predicate",
      "retriable_status_codes",
      "retry_back_off",
      "retriable_headers",
      "retriable_request_headers",
    ],
    ignores: [
      "host_selection_retry_max_attempts",
      "rate_limited_retry_back_off",
      "retry_priority",
      "per_try_idle_timeout",
    ],
  });
  const { unknown } = parseRetryOn(message.retry_on);
  for (const condition of unknown)
    report.warn(`${path}.retry_on`, `"${condition}" is no condition known here`);
  const predicates = message.retry_host_predicate.map((one) =>
    one.typed_config === undefined ? one.name : typeNameOf(one.typed_config),
  );
  for (const type of predicates) {
    if (type !== PREVIOUS_HOSTS && type !== "envoy.retry_host_predicates.previous_hosts") {
      report.refuse(`${path}.retry_host_predicate`, `${type} is not supported`);
    }
  }
  const matchers = (field: "retriable_headers" | "retriable_request_headers") =>
    message[field].map((one, i) => {
      const here = `${path}.${field}[${i}]`;
      return report.attempt(here, () => compileHeaderMatcher(headerMatcher(one, here, report)));
    });
  const responses = matchers("retriable_headers");
  const requests = matchers("retriable_request_headers");
  const backOff = message.retry_back_off;
  return report.attempt(path, () =>
    createRetryPolicy({
      retryOn: message.retry_on,
      numRetries: message.num_retries ?? 1,
      retriableStatusCodes: message.retriable_status_codes,
      avoidPreviousHosts: predicates.length > 0,
      retriableResponse:
        responses.length === 0
          ? undefined
          : ({ headers }) => responses.some((one) => one?.matches({ ...NO_REQUEST, headers })),
      retriableRequest:
        requests.length === 0 ? undefined : (head) => requests.some((one) => one?.matches(head)),
      perTryTimeoutMs:
        message.per_try_timeout === undefined ? undefined : positive(durationMs(message.per_try_timeout)),
      backoff:
        backOff?.base_interval === undefined
          ? undefined
          : {
              baseMs: durationMs(backOff.base_interval),
              ...(backOff.max_interval === undefined ? {} : { maxMs: durationMs(backOff.max_interval) }),
            },
    }),
  );
}

/** Header matchers look at requests; a response has only fields. */
const NO_REQUEST = { method: "", scheme: "", authority: "", path: "" } as const;

/** Zero is Envoy's way of saying "none". */
function positive(timeoutMs: number): number | undefined {
  return timeoutMs > 0 ? timeoutMs : undefined;
}
