import { createHeaders, type FormatContext } from "@dualmesh/core";
import { firstValue } from "@dualmesh/matching";
import { describe, expect, test } from "vitest";
import { createRouteTable, type MatchFacts, type RouteTable } from "../../src/index.ts";
import { headOf } from "../head-of.ts";
import { clusterHeader, defaultRuntime } from "./cluster-header.ts";
import { comprehensiveRoutes } from "./comprehensive-routes.ts";
import { contentType } from "./content-type.ts";
import { detailedCoverage } from "./detailed-coverage.ts";
import { directResponse } from "./direct-response.ts";
import { dynamicMetadata } from "./dynamic-metadata.ts";
import { headerMatchedRouting } from "./header-matched-routing.ts";
import { redirect } from "./redirect.ts";
import { redirect2 } from "./redirect-2.ts";
import { redirect3 } from "./redirect-3.ts";
import { redirect4 } from "./redirect-4.ts";
import { routeMetadata } from "./route-metadata.ts";
import type { RouterCheckCase, RouterCheckOutcome, RouterCheckSource } from "./router-check-source.ts";
import { runtime } from "./runtime.ts";
import { testRoutes } from "./test-routes.ts";
import { timeout, timeoutFailures } from "./timeout.ts";
import { weighted } from "./weighted.ts";

// The facts in the goldens of Envoy's own router check tool, in the words of this package.
// Left out: TestRoutesFailures, one case, which denies what TestRoutes says; and the names of virtual clusters, which are not
// offered. 13 cases ask for nothing else (12 of TestRoutes, 1 of ComprehensiveRoutes): of these, what the name implies is
// checked. 17 more ask for one among other things, 12 of them for an empty one.
const SOURCES: readonly RouterCheckSource[] = [
  testRoutes,
  comprehensiveRoutes,
  weighted,
  headerMatchedRouting,
  contentType,
  directResponse,
  redirect,
  redirect2,
  redirect3,
  redirect4,
  runtime,
  clusterHeader,
  defaultRuntime,
  timeout,
  timeoutFailures,
  dynamicMetadata,
  detailedCoverage,
  routeMetadata,
];

/** The sum of weights, and the denominator of shares, in all files. */
const TOTAL = 100;

function factsOf({ randomValue = 0, runtime: active = "", metadata = {} }: RouterCheckCase): MatchFacts {
  return {
    // A half more, lest the product with the total falls short of the whole number that is meant.
    random: () => ((randomValue % TOTAL) + 0.5) / TOTAL,
    runtime: {
      getNumber: () => undefined,
      getFraction: (key) => (key === active ? undefined : { numerator: 0, denominator: TOTAL }),
    },
    metadata: (filter, path) =>
      path.reduce<unknown>(
        (value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key],
        metadata[filter],
      ),
  };
}

/** What format strings may ask about the call. */
const context: FormatContext = (command) =>
  command === "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT" ? "127.0.0.1" : undefined;

const NOTHING: RouterCheckOutcome = {
  kind: "none",
  virtualHost: "",
  cluster: "",
  name: "",
  path: "",
  host: "",
  timeoutMs: 0,
  location: "",
  status: 0,
  bodyLength: 0,
  requestHeaders: {},
  responseHeaders: {},
  extra: undefined,
};

function outcomeOf(table: RouteTable, asked: RouterCheckCase): RouterCheckOutcome {
  const { authority, path, method = "GET", https = false, internal = false, headers = [], expected } = asked;
  const marks = internal ? ["x-envoy-internal", "true"] : [];
  const scheme = https ? "https" : "http";
  const head = headOf({ authority, path, method, scheme, headers: [...headers, ...marks] });
  const match = table.match(head, factsOf(asked));
  if (match === undefined) return NOTHING;
  const { kind, virtualHost, cluster, name, extra } = match;
  const outcome = { ...NOTHING, kind, virtualHost, cluster, name, extra };
  if (match.kind === "redirect") return { ...outcome, location: match.location(head), status: match.status };
  if (match.kind === "forward") {
    match.prepareRequest(head, context);
    const requestHeaders = valuesOf(expected.requestHeaders, (field) => firstValue(head, field));
    return { ...outcome, path: head.path, host: head.authority, timeoutMs: match.timeoutMs, requestHeaders };
  }
  if (match.kind !== "direct-response") return outcome;
  const bodyLength = match.body(context).length;
  // Whoever answers says plain text of a body before the route has its say: Envoy's rule.
  const answer = createHeaders(bodyLength === 0 ? [] : ["content-type", "text/plain"]);
  match.changeResponseHeaders(answer, context);
  const responseHeaders = valuesOf(expected.responseHeaders, (field) =>
    answer.has(field) ? answer.getAll(field).join(",") : undefined,
  );
  return { ...outcome, status: match.status, bodyLength, responseHeaders };
}

/** Of the headers that are asked for. */
function valuesOf(asked: object | undefined, read: (name: string) => string | undefined): Values {
  return Object.fromEntries(Object.keys(asked ?? {}).map((name) => [name, read(name)]));
}

type Values = Readonly<Record<string, string | undefined>>;

describe.each(SOURCES.map((source) => [source.file, source] as const))(
  "Envoy, test/tools/router_check/test/config/%s.golden.proto.json",
  (_, { table, options, cases }) => {
    const routes = createRouteTable(table, options);
    const uncached = createRouteTable(table, { ...options, cachePaths: 0 });

    test.each(cases.map((asked) => [textOf(asked), asked] as const))("%s", (__, asked) => {
      expect(outcomeOf(routes, asked)).toMatchObject(asked.expected);
      expect(outcomeOf(uncached, asked)).toMatchObject(asked.expected);
    });
  },
);

function textOf({ expected, ...asked }: RouterCheckCase): string {
  return `${JSON.stringify(asked)}: ${JSON.stringify(expected)}`;
}

test("the large expression of DefaultRuntime is over Envoy's own limit, and so refused under it", () => {
  const limited = { regexLimits: { maxProgramSize: 100 } };
  expect(() => createRouteTable(defaultRuntime.table, limited)).toThrow("at most 100 instructions");
});

test("there are so many cases", () => {
  expect(SOURCES.reduce((sum, { cases }) => sum + cases.length, 0)).toBe(110);
});
