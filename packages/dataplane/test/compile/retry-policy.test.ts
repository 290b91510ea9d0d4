import { createHeaders } from "@dualmesh/core";
import type { RetryPolicy } from "@dualmesh/retry";
import { textRequest } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { compiled, problems, warnings } from "./compile-json.ts";

function routes(retry_policy: object): object {
  const route = { match: { prefix: "/" }, route: { cluster: "a", retry_policy } };
  return { name: "r", virtual_hosts: [{ name: "v", domains: ["*"], routes: [route] }] };
}

function policy(message: object): RetryPolicy {
  const match = compiled("routes", routes(message)).table.match(textRequest().head, { random: () => 0 });
  if (match?.kind !== "forward" || match.retryPolicy === undefined) throw new Error("no policy");
  return match.retryPolicy;
}

test.each([
  [{}, "no retries"],
  [{ retry_on: "5xx" }, "retry on 5xx; 1 retry; back-off 25 to 250 ms"],
  [{ retry_on: "5xx, reset", num_retries: 3 }, "retry on 5xx, reset; 3 retries; back-off 25 to 250 ms"],
  [{ retry_on: "5xx", num_retries: 0 }, "no retries"],
  [
    { retry_on: "5xx", per_try_timeout: "0.1s" },
    "retry on 5xx; 1 retry; back-off 25 to 250 ms; 100 ms per try",
  ],
  [{ retry_on: "5xx", per_try_timeout: "0s" }, "retry on 5xx; 1 retry; back-off 25 to 250 ms"],
  [
    { retry_on: "5xx", retry_back_off: { base_interval: "0.01s" } },
    "retry on 5xx; 1 retry; back-off 10 to 100 ms",
  ],
  [
    { retry_on: "5xx", retry_back_off: { base_interval: "0.01s", max_interval: "0.02s" } },
    "retry on 5xx; 1 retry; back-off 10 to 20 ms",
  ],
])("%j", (message, expected) => {
  expect(String(policy(message))).toBe(expected);
});

test.each([
  {
    name: "x",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate",
    },
  },
  { name: "envoy.retry_host_predicates.previous_hosts" },
])("the predicate of previous hosts is known by type and by name", (predicate) => {
  expect(policy({ retry_on: "5xx", retry_host_predicate: [predicate] }).avoidPreviousHosts).toBe(true);
});

test("listed codes and matching headers of a response ask for a retry", () => {
  const listed = policy({
    retry_on: "retriable-status-codes,retriable-headers",
    retriable_status_codes: [418],
    retriable_headers: [{ name: "x-again", string_match: { exact: "yes" } }],
  });
  const { head } = textRequest();
  const judge = (status: number, headers: string[] = []): unknown =>
    listed.judge({ status, headers: createHeaders(headers), execution: "executed" }, head);
  expect(judge(418)).toBe("retriable-status-codes");
  expect(judge(200, ["x-again", "yes"])).toBe("retriable-headers");
  expect(judge(200, ["x-again", "no"])).toBeUndefined();
});

test("requests may be asked whether they want to be retried", () => {
  const { retriableRequest } = policy({
    retry_on: "5xx",
    retriable_request_headers: [{ name: "x-retry" }],
  }).options;
  expect(retriableRequest?.(textRequest({ headers: { "x-retry": "1" } }).head)).toBe(true);
  expect(retriableRequest?.(textRequest().head)).toBe(false);
});

const HERE = 'route configuration "r".virtual_hosts["v"].routes[0].route.retry_policy';

test.each([
  ["retry_host_predicate", { retry_host_predicate: [{ name: "mine" }] }, "mine is not supported"],
  [
    "retry_options_predicates",
    { retry_options_predicates: [{ name: "x" }] },
    "it is set, and is not supported",
  ],
  [
    "retriable_headers[1].string_match",
    { retriable_headers: [{ name: "a" }, { name: "b", string_match: {} }] },
    "expected exact, prefix, suffix, contains or safe_regex",
  ],
])("%s is refused by its path", (field, message, reason) => {
  expect(problems("routes", routes({ retry_on: "5xx", ...message }))).toContain(
    `${HERE}.${field}: ${reason}`,
  );
});

test("a condition that nobody knows is said and left out", () => {
  expect(warnings("routes", routes({ retry_on: "5xx,http3-post-connect-failure" }))).toEqual([
    `${HERE}.retry_on: "http3-post-connect-failure" is no condition known here`,
  ]);
});
