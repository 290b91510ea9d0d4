import { asBytes } from "@dualmesh/core";
import type { MessageTypes } from "@dualmesh/envoy-api";
import type { HeaderMutations, MirrorPolicy } from "@dualmesh/routing";
import { runtimeFraction } from "./fraction.ts";
import { headerAdditions } from "./header-mutations.ts";
import type { RouteContext } from "./route.ts";

type MirrorMessage = MessageTypes["envoy.config.route.v3.RouteAction.RequestMirrorPolicy"];

/** Reads the mirror policies of one level; `undefined` for an empty list, which leaves the word to the next level. */
export function mirrorPolicies(
  messages: readonly MirrorMessage[],
  path: string,
  context: RouteContext,
): { readonly mirrors?: readonly MirrorPolicy[] } {
  if (messages.length === 0) return {};
  return {
    mirrors: messages.flatMap(
      (message, i) => mirrorPolicy(message, `${path}.request_mirror_policies[${i}]`, context) ?? [],
    ),
  };
}

function mirrorPolicy(message: MirrorMessage, path: string, context: RouteContext): MirrorPolicy | undefined {
  const { report, clusters } = context;
  report.checkFields(path, message, {
    uses: [
      "cluster",
      "cluster_header",
      "runtime_fraction",
      "disable_shadow_host_suffix_append",
      "host_rewrite_literal",
      "request_headers_mutations",
    ],
    ignores: ["trace_sampled"],
  });
  const { cluster, cluster_header: headerName, runtime_fraction: fraction } = message;
  if ((cluster === "") === (headerName === "")) {
    report.refuse(path, "expected either cluster or cluster_header");
    return undefined;
  }
  if (cluster !== "" && !clusters.has(cluster)) clusters.set(cluster, `${path}.cluster`);
  return {
    cluster: cluster === "" ? { kind: "header", headerName } : { kind: "single", name: cluster },
    hostRewrite: asBytes(message.host_rewrite_literal),
    shadowSuffix: !message.disable_shadow_host_suffix_append,
    requestHeaders: message.request_headers_mutations.map((one, i) =>
      mutation(one, `${path}.request_headers_mutations[${i}]`, context),
    ),
    ...(fraction === undefined
      ? {}
      : { fraction: runtimeFraction(fraction, `${path}.runtime_fraction`, report) }),
  };
}

function mutation(
  message: MessageTypes["envoy.config.common.mutation_rules.v3.HeaderMutation"],
  path: string,
  { report }: RouteContext,
): HeaderMutations {
  report.checkFields(path, message, { uses: ["remove", "append"] });
  const { remove, append } = message;
  return {
    ...(remove === undefined ? {} : { remove: [remove] }),
    ...(append === undefined ? {} : { add: headerAdditions([append], `${path}.append`, report) }),
  };
}
