import type { DataPlane } from "../../src/index.ts";
import { ask } from "../ask.ts";
import { ordersHost, outboundListener, routeTo, staticCluster, staticPlane } from "../static-plane.ts";
import { upstreamSocket } from "./tls-json.ts";

/** A mesh before one TLS endpoint. */
export function planeTo(port: number, context: object, cluster: object = {}): Promise<DataPlane> {
  return staticPlane({
    listeners: [outboundListener([ordersHost([routeTo("a")])])],
    clusters: [staticCluster("a", [port], { ...upstreamSocket(context), ...cluster })],
  });
}

/** What one call through a mesh with this TLS comes to. */
export async function outcome(port: number, context: object, cluster: object = {}) {
  await using plane = await planeTo(port, context, cluster);
  const { status, text, local } = await ask(plane);
  return { status, text, flag: local?.flag, details: local?.details };
}

/** Details have no blanks, as with Envoy: logs are cut at them. */
export const reset = (why: string): string =>
  `upstream_reset_before_response_started{remote connection failure|TLS_error: ${why}}`.replaceAll(" ", "_");
