import { expect } from "vitest";
import type { AdsStage } from "./ads-stage.ts";
import { CDS, EDS, LDS, RDS } from "./orders.ts";
import type { Upstream } from "./upstream.ts";

/** What the control plane knows of Envoy's answers, by type: accepted, or refused in which words. */
export function answersOf({ plane }: AdsStage): Readonly<Record<string, string>> {
  const types = plane.nodes().flatMap((node) => node.types);
  return Object.fromEntries(
    types.map(({ typeUrl, awaitsAnswer, nack }) => [
      typeUrl,
      awaitsAnswer ? "asked" : nack === undefined ? "accepted" : nack.message,
    ]),
  );
}

export const ALL_ACCEPTED = { [LDS]: "accepted", [RDS]: "accepted", [CDS]: "accepted", [EDS]: "accepted" };

/** Who answered a hundred calls, and how many each. */
export async function answersOfMany(stage: AdsStage): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < 100; i++) {
    const who = await stage.answering();
    counts[who] = (counts[who] ?? 0) + 1;
  }
  return counts;
}

/** Responses that Envoy was sent and took, by type. */
export async function updatesOf({ envoy: { admin } }: AdsStage): Promise<Readonly<Record<string, number>>> {
  return {
    lds: await admin.stat("listener_manager.lds.update_success"),
    rds: await admin.stat("http.outbound.rds.outbound.update_success"),
    cds: await admin.stat("cluster_manager.cds.update_success"),
    eds: await admin.stat("cluster.orders.update_success"),
  };
}

/** How often what Envoy serves by became another, the first time included. */
export async function changesOf({ envoy: { admin } }: AdsStage): Promise<Readonly<Record<string, number>>> {
  return {
    listeners: await admin.stat("listener_manager.listener_create_success"),
    routes: await admin.stat("http.outbound.rds.outbound.config_reload"),
    endpoints: await admin.stat("cluster.orders.membership_change"),
  };
}

/** Tells the control plane of a workload, as the workload itself would. */
export async function report(
  stage: AdsStage,
  method: "PUT" | "DELETE",
  workload: string,
  at?: Upstream,
): Promise<void> {
  const body = at && JSON.stringify({ addresses: [{ address: "127.0.0.1", port: at.port }] });
  const url = `http://${stage.plane.adminAddress}/workloads/${workload}`;
  const { ok } = await fetch(url, { method, ...(body === undefined ? {} : { body }) });
  expect(ok).toBe(true);
}
