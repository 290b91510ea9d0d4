import type { FilterChainPlan, Listener } from "@dualmesh/dataplane";

/** The filter chain of a listener for connections to a local port; `undefined` if it has none. */
export function chainForPort(listener: Listener, port: number): FilterChainPlan | undefined {
  for (const chain of listener.plan.chains)
    if (chain.destinationPort === undefined || chain.destinationPort === port) return chain;
  return undefined;
}
