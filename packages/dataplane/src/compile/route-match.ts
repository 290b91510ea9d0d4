import type { MessageTypes } from "@dualmesh/envoy-api";
import type { PathMatcher } from "@dualmesh/matching";
import type { RouteMatchConfig } from "@dualmesh/routing";
import { headerMatcher, queryParameterMatcher } from "./matching.ts";
import type { CompileReport } from "./report.ts";

type RouteMatchMessage = MessageTypes["envoy.config.route.v3.RouteMatch"];

/** Stands for a path that was refused. */
const ANY_PATH: PathMatcher = { kind: "prefix", value: "" };

/** Compiles a RouteMatch. */
export function compileRouteMatch(
  message: RouteMatchMessage | undefined,
  path: string,
  report: CompileReport,
): RouteMatchConfig {
  if (message === undefined) {
    report.refuse(path, "it is missing");
    return { path: ANY_PATH };
  }
  report.checkFields(path, message, {
    uses: [
      "prefix",
      "path",
      "safe_regex",
      "path_separated_prefix",
      "case_sensitive",
      "headers",
      "query_parameters",
      "grpc",
      "runtime_fraction",
    ],
  });
  const fraction = message.runtime_fraction?.default_value;
  if (message.runtime_fraction !== undefined && message.runtime_fraction.runtime_key !== "") {
    report.refuse(
      `${path}.runtime_fraction.runtime_key`,
      "it is set, and is not supported; default_value is",
    );
  }
  return {
    path: pathMatcher(message, path, report),
    headers: message.headers.map((one, i) => headerMatcher(one, `${path}.headers[${i}]`, report)),
    queryParameters: message.query_parameters.map((one, i) =>
      queryParameterMatcher(one, `${path}.query_parameters[${i}]`, report),
    ),
    grpc: message.grpc !== undefined,
    ...(fraction === undefined
      ? {}
      : {
          fraction: {
            numerator: fraction.numerator,
            denominator: DENOMINATORS[String(fraction.denominator)] ?? 100,
          },
        }),
  };
}

const DENOMINATORS: Readonly<Record<string, number>> = {
  HUNDRED: 100,
  TEN_THOUSAND: 10_000,
  MILLION: 1_000_000,
};

function pathMatcher(message: RouteMatchMessage, path: string, report: CompileReport): PathMatcher {
  const ignoreCase = message.case_sensitive === false;
  if (message.prefix !== undefined) return { kind: "prefix", value: message.prefix, ignoreCase };
  if (message.path !== undefined) return { kind: "exact", value: message.path, ignoreCase };
  if (message.path_separated_prefix !== undefined) {
    return { kind: "separated-prefix", value: message.path_separated_prefix, ignoreCase };
  }
  if (message.safe_regex !== undefined) return { kind: "regex", pattern: message.safe_regex.regex };
  report.refuse(path, "expected prefix, path, path_separated_prefix or safe_regex");
  return ANY_PATH;
}
