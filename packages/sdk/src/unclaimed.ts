import { localReply, type Response } from "@dualmesh/core";

/** The answer to a call for a host that no route claims, where only the mesh may be called: Istio's "black hole". */
export function unclaimed(authority: string): Response {
  return localReply({
    status: 502,
    code: "UNAVAILABLE",
    flag: "NR",
    details: "outbound_registry_only",
    body: `no route of the mesh claims "${authority}", and MESH_OUTBOUND is registry_only`,
  });
}
