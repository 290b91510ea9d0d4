import type { MessageTypes } from "@dualmesh/envoy-api";
import type { PathMatcher } from "@dualmesh/matching";
import type { RouteMatchConfig } from "@dualmesh/routing";
import { runtimeFraction } from "./fraction.ts";
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
  return {
    path: pathMatcher(message, path, report),
    headers: message.headers.map((one, i) => headerMatcher(one, `${path}.headers[${i}]`, report)),
    queryParameters: message.query_parameters.map((one, i) =>
      queryParameterMatcher(one, `${path}.query_parameters[${i}]`, report),
    ),
    grpc: message.grpc !== undefined,
    ...(message.runtime_fraction === undefined
      ? {}
      : { fraction: runtimeFraction(message.runtime_fraction) }),
  };
}

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
