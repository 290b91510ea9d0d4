import { localReply, type Response } from "@dualmesh/core";

/** The answer to a call for a host that no route claims, where only the mesh may be called: Istio's "black hole". */
export function unclaimed(authority: string): Response {
  return refused(`no route of the mesh claims "${authority}", and MESH_OUTBOUND is registry_only`);
}

/** The answer to a call that the application wants encrypted and the mesh would carry in clear text. */
export function withoutTls(authority: string): Response {
  return refused(`https://${authority}: the clusters of this mesh do no TLS; call http://${authority}`);
}

function refused(body: string): Response {
  return localReply({
    status: 502,
    code: "UNAVAILABLE",
    flag: "NR",
    details: "outbound_registry_only",
    body,
  });
}
