import { type Attribute, type Call, createAttribute, type Response } from "@dualmesh/core";
import type { ConnectionManagerPlan } from "../compile/connection-manager.ts";

/**
 * When the last byte of the request had come, monotonic milliseconds; `Infinity` while it has not. Negative: it came with
 * the head.
 */
export const REQUEST_END_MS: Attribute<number> = createAttribute("request end", -1);

/**
 * Writes into an answer who serves (`server`) and, if an upstream gave it, how long that took from the end of the request
 * (`x-envoy-upstream-service-time`, whole milliseconds).
 *
 * For where an answer goes to a wire, and no filter: a filter would have to wait for each response, and in direct mode
 * there is nobody between the application and its upstream for whom these fields could speak.
 *
 * @see HttpConnectionManager.server_header_transformation; Envoy, "HTTP filters", Router
 */
export function signAnswer(plan: ConnectionManagerPlan, response: Response, call: Call): void {
  const { server, envoyFields } = plan;
  const { headers, local } = response.head;
  if (envoyFields && local === undefined) {
    const endMs = call.get(REQUEST_END_MS);
    const tookMs = call.clock.now() - (endMs < 0 ? call.startMs : endMs);
    if (tookMs >= 0) headers.set("x-envoy-upstream-service-time", String(Math.trunc(tookMs)));
  }
  if (server.when === "always") headers.set("server", server.name);
  else if (server.when === "if-absent" && !headers.has("server")) headers.append("server", server.name);
}
