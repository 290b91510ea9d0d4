import {
  type Code,
  codeFromNumber,
  createHeaders,
  type Headers,
  isIdempotentMethod,
  type RequestHead,
  type ResponseHead,
} from "@dualmesh/core";
import type { AttemptResult } from "./attempt-result.ts";
import type { RetryCondition } from "./retry-on.ts";

/** Names the condition by which an attempt may be repeated. */
export type Judge = (result: AttemptResult, request: RequestHead) => RetryCondition | undefined;

type Matches = (result: AttemptResult, request: RequestHead) => boolean;

interface Rule {
  readonly condition: RetryCondition;
  readonly matches: Matches;
}

/** The judge of a policy. Conditions are asked in Envoy's order; the first that matches gives its name. */
export function createJudge(
  conditions: readonly RetryCondition[],
  statusCodes: readonly number[],
  retriableResponse: ((head: ResponseHead) => boolean) | undefined,
): Judge {
  const own: Partial<Record<RetryCondition, Matches>> = {
    "retriable-status-codes": ({ status }) => statusCodes.includes(status),
    "retriable-headers": ({ status, headers = NO_HEADERS }) =>
      retriableResponse?.({ status, headers }) ?? false,
  };
  const rulesOf = (order: readonly RetryCondition[]): Rule[] =>
    order
      .filter((condition) => conditions.includes(condition))
      .map((condition) => ({ condition, matches: own[condition] ?? RULES[condition] }));
  const onReset = rulesOf(RESET_ORDER);
  const onResponse = rulesOf(RESPONSE_ORDER);
  const onRateLimited = conditions.find((condition) => condition === "envoy-ratelimited");

  return (result, request) => {
    // A one-way request that may have arrived is never sent again: nobody would hear that it came twice.
    if (request.exchange === "oneway" && result.execution !== "not-executed") return undefined;
    if (result.reset !== undefined) return firstMatch(onReset, result, request);
    const matched = firstMatch(onResponse, result, request);
    // Who was told to slow down must not come back at once, whatever else would match. Looked up last: most responses
    // match nothing, and finding out that a header is missing takes a walk over all of them.
    if (matched === undefined && onRateLimited === undefined) return undefined;
    return result.headers?.has("x-envoy-ratelimited") === true ? onRateLimited : matched;
  };
}

function firstMatch(
  rules: readonly Rule[],
  result: AttemptResult,
  request: RequestHead,
): RetryCondition | undefined {
  for (const { condition, matches } of rules) if (matches(result, request)) return condition;
  return undefined;
}

const RESET_ORDER: readonly RetryCondition[] = [
  "connect-failure",
  "reset-before-request",
  "reset",
  "5xx",
  "gateway-error",
  "refused-stream",
  "reset-idempotent",
];

const RESPONSE_ORDER: readonly RetryCondition[] = [
  "5xx",
  "gateway-error",
  "retriable-4xx",
  "retriable-status-codes",
  "retriable-headers",
  "cancelled",
  "deadline-exceeded",
  "internal",
  "resource-exhausted",
  "unavailable",
];

const NO_HEADERS: Headers = createHeaders();

const never: Matches = () => false;

const RULES: Readonly<Record<RetryCondition, Matches>> = {
  "5xx": ({ status, reset }) => reset !== undefined || (status >= 500 && status <= 599),
  "gateway-error": ({ status, reset }) => reset !== undefined || (status >= 502 && status <= 504),
  reset: () => true,
  "reset-before-request": ({ reset }) => reset === "reset-before-request" || reset === "connect-failure",
  "connect-failure": ({ reset }) => reset === "connect-failure",
  "refused-stream": ({ reset }) => reset === "refused-stream",
  "retriable-4xx": ({ status }) => status === 409,
  "retriable-status-codes": never,
  "retriable-headers": never,
  "envoy-ratelimited": never,
  "reset-idempotent": ({ execution }, request) => execution === "not-executed" || isIdempotent(request),
  cancelled: grpc("CANCELLED"),
  "deadline-exceeded": grpc("DEADLINE_EXCEEDED"),
  internal: grpc("INTERNAL"),
  "resource-exhausted": grpc("RESOURCE_EXHAUSTED"),
  unavailable: grpc("UNAVAILABLE"),
};

function grpc(code: Code): Matches {
  return ({ grpcCode, headers }) => (grpcCode ?? codeIn(headers)) === code;
}

/** Only in the head: what comes in trailers comes after the response was handed on. */
function codeIn(headers: Headers | undefined): Code | undefined {
  const text = headers?.get("grpc-status");
  return text !== undefined && /^\d{1,3}$/.test(text) ? codeFromNumber(Number(text)) : undefined;
}

/** May be sent twice: by its method, or because it says that the server recognises a repetition. */
function isIdempotent({ method, headers }: RequestHead): boolean {
  return isIdempotentMethod(method) || headers.has("idempotency-key");
}
