import { localReply, type Response } from "@dualmesh/core";

/** The answer to a call for a host that no route claims, where only the mesh may be called: Istio's "black hole". */
export function unclaimed(authority: string): Response {
  return refused(
    "outbound_registry_only",
    `no route of the mesh claims "${authority}", and MESH_OUTBOUND is registry_only`,
  );
}

/** The answer to a call that can go nowhere but through the mesh, which does not know whom it is for. */
export function unknownTarget(target: string, why: string): Response {
  return refused("target_unknown", `target "${target}": no listener of the mesh claims it${why}`);
}

/** The answer to a call that the application wants encrypted and the mesh would not carry so. */
export function withoutTls(authority: string, why: string): Response {
  return refused("outbound_without_tls", `https://${authority}: ${why}; call http://${authority}`);
}

function refused(details: string, body: string): Response {
  return localReply({ status: 502, code: "UNAVAILABLE", flag: "NR", details, body });
}
