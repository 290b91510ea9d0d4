import { encode, fromJson, TYPE_URL } from "@dualmesh/envoy-api";
import { createSnapshot, createXdsServer, type SnapshotResource } from "@dualmesh/xds/server";
import { onTestFinished } from "vitest";

export interface TestControlPlane {
  /** Replaces everything that is served: resources in Envoy's JSON, each with its `@type`. */
  serve(...resources: readonly Readonly<Record<string, unknown>>[]): void;
  close(): Promise<void>;
}

/** A control plane on a Unix socket that serves what the test says. */
export async function startControlPlane(path: string): Promise<TestControlPlane> {
  const server = createXdsServer({ group: () => "" });
  const listening = await server.listen({ path });
  let open = true;
  const close = async (): Promise<void> => {
    if (open) await listening.close();
    open = false;
  };
  onTestFinished(close);
  return {
    serve: (...resources) => server.setSnapshot("", createSnapshot(resources.map(snapshotResource))),
    close,
  };
}

function snapshotResource(json: Readonly<Record<string, unknown>>): SnapshotResource {
  const any = fromJson("google.protobuf.Any", json);
  const name = String(json["name"] ?? json["cluster_name"]);
  return { typeUrl: any.type_url, name, any: encode("google.protobuf.Any", any) };
}

export const LISTENER: { readonly "@type": string } = { "@type": TYPE_URL.LDS };
export const CLUSTER: { readonly "@type": string } = { "@type": TYPE_URL.CDS };
