import type { MessageTypes } from "@dualmesh/envoy-api";
import type { Policy } from "@dualmesh/load-balancer";
import type { CompileReport } from "./report.ts";

/** How a cluster chooses among its endpoints. */
export function compilePolicy(
  message: MessageTypes["envoy.config.cluster.v3.Cluster"],
  path: string,
  report: CompileReport,
): Policy {
  if (message.load_balancing_policy !== undefined) {
    report.refuse(`${path}.load_balancing_policy`, "it is not supported; lb_policy is");
  }
  switch (message.lb_policy) {
    case "ROUND_ROBIN": {
      const options = message.round_robin_lb_config;
      if (options !== undefined) report.checkFields(`${path}.round_robin_lb_config`, options, SLOW_START);
      return { kind: "round-robin" };
    }
    case "LEAST_REQUEST": {
      const options = message.least_request_lb_config;
      if (options !== undefined) {
        report.checkFields(`${path}.least_request_lb_config`, options, {
          ...SLOW_START,
          uses: ["choice_count", "active_request_bias"],
        });
      }
      const activeRequestBias = options?.active_request_bias?.default_value ?? 1;
      if (!(activeRequestBias >= 0)) {
        const field = `${path}.least_request_lb_config.active_request_bias`;
        report.refuse(field, `expected 0 or more, got ${activeRequestBias}`);
      }
      return {
        kind: "least-request",
        choiceCount: Math.max(options?.choice_count ?? 2, 2),
        activeRequestBias,
      };
    }
    // The endpoint of an ORIGINAL_DST cluster is not chosen at all.
    case "CLUSTER_PROVIDED":
    case "RANDOM":
      return { kind: "random" };
    default:
      report.refuse(
        `${path}.lb_policy`,
        `expected ROUND_ROBIN, LEAST_REQUEST or RANDOM, got ${message.lb_policy}`,
      );
      return { kind: "round-robin" };
  }
}

/** Slow start shifts load for a while; it never changes which endpoints may be chosen. */
const SLOW_START = { uses: [], ignores: ["slow_start_config", "locality_lb_config"] } as const;
