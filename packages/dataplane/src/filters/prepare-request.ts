import { isIP } from "node:net";
import { type Filter, localReply, type Random, type Request, type Response } from "@dualmesh/core";
import { normalizePath } from "@dualmesh/matching";
import { randomUuid } from "@dualmesh/telemetry";
import type { ConnectionManagerPlan } from "../compile/connection-manager.ts";
import { DOWNSTREAM } from "../http/downstream.ts";
import { isInternal, markOrigin } from "./client-origin.ts";
import { normalizeHost } from "./normalize-host.ts";

/**
 * What a connection manager does to each request before the filters: the normal form of its path and host, the client's
 * address, the request id. Runs in both placements; calls of the application itself have no connection, and no address.
 */
export function prepareRequest(plan: ConnectionManagerPlan, random: Random): Filter<Request, Response> {
  const { paths, hosts } = plan;
  const touchesPaths = paths.normalize || paths.mergeSlashes || paths.escapedSlashes !== "keep";
  const touchesHosts = hosts.stripPort !== "never" || hosts.stripTrailingDot;
  return (next) => (request, call) => {
    const { head } = request;
    // Frames have no method, and no fields that proxies of HTTP would know.
    if (head.method === "") return next(request, call);
    if (head.path.includes("#")) return Promise.resolve(badRequest("path_normalization_failed"));
    if (touchesPaths) {
      const normal = normalizePath(head.path, paths);
      if (normal.kind === "reject") return Promise.resolve(badRequest("path_normalization_failed"));
      if (normal.kind === "redirect") return Promise.resolve(redirect(normal.path));
      head.path = normal.path;
    }
    const downstream = call.get(DOWNSTREAM);
    if (touchesHosts) head.authority = normalizeHost(head.authority, hosts, downstream?.localPort ?? 0);
    // A client of HTTP/2 may write any scheme; whether it is encrypted the connection knows.
    if (downstream !== undefined) head.scheme = downstream.encrypted ? "https" : "http";
    // What a client says of its own certificate nobody has looked at (Envoy's SANITIZE, which is its default).
    head.headers.delete("x-forwarded-client-cert");
    const peer = downstream?.remoteAddress.replace(/^::ffff:/, "");
    const isEdge = peer !== undefined && plan.useRemoteAddress;
    const internal = isInternal(plan.internalAddresses, head.headers, peer, !isEdge);
    markOrigin(head.headers, internal);
    if (isEdge) {
      if (!plan.skipXffAppend && isIP(peer) !== 0) {
        const before = head.headers.getAll("x-forwarded-for").join(", ");
        head.headers.set("x-forwarded-for", before === "" ? peer : `${before},${peer}`);
      }
      head.headers.set("x-forwarded-proto", head.scheme);
      if (!internal && !plan.preserveExternalRequestId && plan.generateRequestId)
        head.headers.delete("x-request-id");
    } else {
      // A peer that is trusted says what its client's scheme was.
      const claimed = head.headers.get("x-forwarded-proto");
      if (claimed === undefined) head.headers.append("x-forwarded-proto", head.scheme);
      else if (claimed === "http" || claimed === "https") head.scheme = claimed;
    }
    if (plan.generateRequestId && !head.headers.has("x-request-id")) {
      head.headers.append("x-request-id", randomUuid(random));
    }
    return next(request, call);
  };
}

function badRequest(details: string): Response {
  return localReply({ status: 400, flag: "DPE", details });
}

/** Only the path: the client knows scheme and host. */
function redirect(path: string): Response {
  return localReply({ status: 307, details: "path_normalization_failed", headers: ["location", path] });
}
