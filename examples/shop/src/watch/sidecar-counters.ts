import { unixGet } from "./unix-get.ts";

/** Calls that a sidecar has taken since it started. */
export interface SidecarCounters {
  /** Of its application, for others. */
  readonly outbound: number;
  /** Of others, for its application. */
  readonly inbound: number;
}

/** Asks a sidecar by its control socket; `undefined` while it is not there, or stopped. */
export async function readSidecar(socketPath: string): Promise<SidecarCounters | undefined> {
  const stats = await unixGet(socketPath, "/stats?filter=downstream_rq_total");
  if (stats === undefined) return undefined;
  const read = (name: string): number =>
    Number(new RegExp(`^http\\.${name}\\.downstream_rq_total: (\\d+)$`, "m").exec(stats)?.[1] ?? 0);
  return { outbound: read("outbound"), inbound: read("inbound") };
}
