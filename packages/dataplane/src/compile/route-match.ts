import type { MessageTypes } from "@dualmesh/envoy-api";
import type { FactMatcher, PathMatcher } from "@dualmesh/matching";
import type { RouteMatchConfig, RoutePathMatcher } from "@dualmesh/routing";
import { runtimeFraction } from "./fraction.ts";
import { isLabel, labelMatcher } from "./labels.ts";
import {
  cookieMatcher,
  filterStateMatcher,
  headerMatcher,
  metadataMatcher,
  queryParameterMatcher,
} from "./matching.ts";
import type { CompileReport } from "./report.ts";
import { checkTemplateLength, TEMPLATE_MATCH, uriTemplate } from "./uri-template.ts";

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
      "path_match_policy",
      "connect_matcher",
      "case_sensitive",
      "headers",
      "query_parameters",
      "cookies",
      "grpc",
      "tls_context",
      "dynamic_metadata",
      "filter_state",
      "runtime_fraction",
    ],
  });
  return {
    path: pathMatcher(message, path, report),
    headers: message.headers.map((one, i) => headerMatcher(one, `${path}.headers[${i}]`, report)),
    queryParameters: message.query_parameters.map((one, i) =>
      queryParameterMatcher(one, `${path}.query_parameters[${i}]`, report),
    ),
    cookies: message.cookies.map((one, i) => cookieMatcher(one, `${path}.cookies[${i}]`, report)),
    labels: message.dynamic_metadata.flatMap(
      (one, i) => labelMatcher(one, `${path}.dynamic_metadata[${i}]`, report) ?? [],
    ),
    facts: facts(message, path, report),
    grpc: message.grpc !== undefined,
    ...(message.runtime_fraction === undefined
      ? {}
      : { fraction: runtimeFraction(message.runtime_fraction, `${path}.runtime_fraction`, report) }),
  };
}

function facts(message: RouteMatchMessage, path: string, report: CompileReport): readonly FactMatcher[] {
  const { tls_context: tls } = message;
  const certificate: FactMatcher | undefined = tls && {
    kind: "client-certificate",
    ...(tls.presented === undefined ? {} : { presented: tls.presented }),
    ...(tls.validated === undefined ? {} : { validated: tls.validated }),
  };
  return [
    ...(certificate === undefined ? [] : [certificate]),
    ...message.dynamic_metadata.flatMap((one, i) =>
      isLabel(one) ? [] : metadataMatcher(one, `${path}.dynamic_metadata[${i}]`, report),
    ),
    ...message.filter_state.map((one, i) => filterStateMatcher(one, `${path}.filter_state[${i}]`, report)),
  ];
}

function pathMatcher(message: RouteMatchMessage, path: string, report: CompileReport): RoutePathMatcher {
  const ignoreCase = message.case_sensitive === false;
  if (message.prefix !== undefined) return { kind: "prefix", value: message.prefix, ignoreCase };
  if (message.path !== undefined) return { kind: "exact", value: message.path, ignoreCase };
  if (message.path_separated_prefix !== undefined) {
    return { kind: "separated-prefix", value: message.path_separated_prefix, ignoreCase };
  }
  if (message.safe_regex !== undefined) return { kind: "regex", pattern: message.safe_regex.regex };
  if (message.connect_matcher !== undefined) return { kind: "connect" };
  if (message.path_match_policy !== undefined) {
    const here = `${path}.path_match_policy`;
    const policy = uriTemplate(message.path_match_policy, TEMPLATE_MATCH, here, report);
    if (policy === undefined) return ANY_PATH;
    const { path_template: template } = policy;
    checkTemplateLength(template, `${here}.typed_config.path_template`, report);
    return { kind: "template", template };
  }
  report.refuse(
    path,
    "expected prefix, path, path_separated_prefix, safe_regex, connect_matcher or path_match_policy",
  );
  return ANY_PATH;
}
