import { CODES, MeshError } from "@dualmesh/core";
import type { GrpcCallCredentials, GrpcMetadata } from "./channel-contract.ts";

/**
 * Metadata with what credentials add for a call.
 *
 * @throws {MeshError} with the code that the credentials' own error carries, else `UNKNOWN`; `INTERNAL` where it and the
 * call bring an `authorization` each.
 */
export async function authorize(
  credentials: GrpcCallCredentials,
  metadata: GrpcMetadata,
  method: string,
  authority: string,
): Promise<GrpcMetadata> {
  const service = method.slice(0, method.lastIndexOf("/"));
  const host = authority.replace(/:\d+$/, "");
  const asked = { method_name: method, service_url: `https://${host}${service}` };
  const generated = await credentials.generateMetadata(asked).catch((error: unknown) => {
    const { code, message } = error as { readonly code?: unknown; readonly message?: string };
    const known = typeof code === "number" ? CODES[code] : undefined;
    throw new MeshError(known ?? "UNKNOWN", `call credentials of ${method}: ${message ?? String(error)}`, {
      cause: error,
    });
  });
  const all = metadata.clone();
  all.merge(generated);
  if (all.get("authorization").length > 1) {
    throw new MeshError("INTERNAL", `call credentials of ${method}: "authorization" has several values`);
  }
  return all;
}
