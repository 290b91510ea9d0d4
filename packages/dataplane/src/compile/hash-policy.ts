import { durationMs, type MessageTypes } from "@dualmesh/envoy-api";
import type { HashPolicy } from "@dualmesh/routing";
import type { CompileReport } from "./report.ts";
import { substitution } from "./rewrite.ts";

type HashPolicyMessage = MessageTypes["envoy.config.route.v3.RouteAction.HashPolicy"];

/** Reads the hash policies of a RouteAction. Calls carry a key then. That is warned of: no balancer chooses by it. */
export function hashPolicies(
  messages: readonly HashPolicyMessage[],
  path: string,
  report: CompileReport,
): { readonly hashPolicies?: readonly HashPolicy[] } {
  if (messages.length === 0) return {};
  report.warn(`${path}.hash_policy`, "it is set, and no balancer chooses endpoints by it");
  const policies = messages.map((message, i) => hashPolicy(message, `${path}.hash_policy[${i}]`, report));
  return { hashPolicies: policies.filter((policy) => policy !== undefined) };
}

function hashPolicy(message: HashPolicyMessage, path: string, report: CompileReport): HashPolicy | undefined {
  const { header, cookie, connection_properties: connection, terminal } = message;
  const { query_parameter: parameter, filter_state: state } = message;
  if (header !== undefined) {
    const { header_name: headerName, regex_rewrite: rewrite } = header;
    return {
      kind: "header",
      headerName,
      terminal,
      ...(rewrite === undefined ? {} : { rewrite: substitution(rewrite) }),
    };
  }
  if (cookie !== undefined) {
    const { name, ttl, path: cookiePath, attributes } = cookie;
    return {
      kind: "cookie",
      name,
      path: cookiePath,
      attributes,
      terminal,
      ...(ttl === undefined ? {} : { ttlMs: durationMs(ttl) }),
    };
  }
  // One that looks at nothing of the connection is as good as none.
  if (connection !== undefined)
    return connection.source_ip ? { kind: "source-address", terminal } : undefined;
  if (parameter !== undefined) return { kind: "query-parameter", name: parameter.name, terminal };
  if (state !== undefined) return { kind: "filter-state", key: state.key, terminal };
  report.refuse(path, "expected header, cookie, connection_properties, query_parameter or filter_state");
  return undefined;
}
