import type { MessageTypes } from "@dualmesh/envoy-api";
import type { HedgePolicy } from "@dualmesh/routing";
import { fractionalPercent } from "./fraction.ts";
import type { CompileReport } from "./report.ts";

/** Reads a HedgePolicy. It is kept with the route, and warned of: nobody makes attempts side by side. */
export function hedgePolicy(
  message: MessageTypes["envoy.config.route.v3.HedgePolicy"] | undefined,
  path: string,
  report: CompileReport,
): { readonly hedgePolicy?: HedgePolicy } {
  if (message === undefined) return {};
  const { initial_requests: initialRequests, additional_request_chance: chance } = message;
  if (initialRequests === 0) report.refuse(`${path}.initial_requests`, "expected 1 or more, got 0");
  report.warn(path, "it is set, and not acted upon: attempts are made one after the other");
  return {
    hedgePolicy: {
      hedgeOnPerTryTimeout: message.hedge_on_per_try_timeout,
      ...(initialRequests === undefined ? {} : { initialRequests }),
      ...(chance === undefined
        ? {}
        : {
            additionalRequestChance: fractionalPercent(chance, `${path}.additional_request_chance`, report),
          }),
    },
  };
}
