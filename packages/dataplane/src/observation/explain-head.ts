import type { RequestHead } from "@dualmesh/core";
import type { DomainVerdict, RouteVerdict } from "@dualmesh/routing";
import { cutName, REPORT_LIMITS, type RouteSteps, type StepVerdict } from "@dualmesh/telemetry/observation";
import type { DataPlane } from "../data-plane.ts";
import type { Listener } from "../listener/running-listener.ts";

/**
 * Why a request of the application goes where it goes, by the tables of the moment, cut to what decided: the domains that
 * claim its authority, and the routes up to the one that was taken. `undefined` where no listener takes it.
 */
export function explainHead(dataPlane: DataPlane, head: RequestHead): RouteSteps | undefined {
  const listener = outboundListener(dataPlane, head.authority);
  if (listener === undefined) return undefined;
  const { address } = listener.plan;
  const explanation = listener.routes(address?.kind === "tcp" ? address.port : 0)?.explain(head);
  if (explanation === undefined) return undefined;
  const { authority } = explanation;
  const domains = explanation.domains.filter(({ verdict }) => verdict !== "other");
  const end = explanation.routes.findIndex(({ verdict }) => verdict === "chosen");
  const routes = end < 0 ? explanation.routes : explanation.routes.slice(0, end + 1);
  const shown = [lastOf(domains), lastOf(routes)] as const;
  return {
    listener: cutName(listener.name),
    chain: chainText(listener),
    authority: cutName(authority),
    domains: shown[0].map(domainStep),
    routes: shown[1].map(routeStep),
    omitted: explanation.domains.length - shown[0].length + explanation.routes.length - shown[1].length,
  };
}

function outboundListener(dataPlane: DataPlane, authority: string): Listener | undefined {
  for (const listener of dataPlane.listeners.values()) {
    if (listener.plan.direction !== "inbound" && listener.claims(authority)) return listener;
  }
  return undefined;
}

/** The one that was taken is the last. */
function lastOf<T>(steps: readonly T[]): readonly T[] {
  return steps.slice(-REPORT_LIMITS.steps);
}

/** The filters of the first chain, in order, without whose they are. */
function chainText(listener: Listener): string {
  return cutName(
    String(listener)
      .split("\n")[1]
      ?.replace(/^.*? for (any port|port \d+): /, "") ?? "",
  );
}

function domainStep({ domain, virtualHost, verdict }: DomainVerdict): StepVerdict {
  return { what: cutName(`domain ${domain} of virtual host "${virtualHost}"`), verdict, reason: "" };
}

function routeStep({ position, route, verdict, reason }: RouteVerdict): StepVerdict {
  return { what: cutName(`${position}. ${route}`), verdict, reason: cutName(reason) };
}
