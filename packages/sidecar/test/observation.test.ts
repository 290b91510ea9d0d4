import type { NodeReport } from "@dualmesh/telemetry/observation";
import { expect, test } from "vitest";
import { bootstrap, clusterJson, listenerJson } from "./bootstrap.ts";
import { startSidecar } from "./start-sidecar.ts";
import { startUpstream } from "./upstream.ts";

test("a sidecar that is watched tells what its application calls, and how much comes in for it", async () => {
  const reports: { readonly path: string; readonly report: NodeReport }[] = [];
  const controlPlane = await startUpstream((incoming, outgoing) => {
    let body = "";
    incoming.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    incoming.on("end", () => {
      if (incoming.method === "PUT") {
        reports.push({ path: incoming.url ?? "", report: JSON.parse(body) as NodeReport });
      }
      outgoing.end(JSON.stringify({ reportEveryMs: 100 }));
    });
  });
  const app = await startUpstream();
  const { sidecar, addressOf } = await startSidecar({
    bootstrap: bootstrap({
      listeners: [
        listenerJson("outbound", { traffic_direction: "OUTBOUND" }),
        listenerJson("inbound", { traffic_direction: "INBOUND" }),
      ],
      clusters: [clusterJson("app", app.port)],
    }),
    reportTo: { kind: "tcp", host: "127.0.0.1", port: controlPlane.port },
  });
  await sidecar.ready;
  await expect.poll(() => reports.length).toBeGreaterThan(0);
  const ask = async (listener: string): Promise<unknown> => {
    const address = addressOf(listener);
    const port = address.kind === "tcp" ? address.port : 0;
    return (await fetch(`http://127.0.0.1:${port}/today`)).text();
  };
  await Promise.all([ask("outbound"), ask("inbound"), ask("inbound")]);

  const sum = (count: (report: NodeReport) => number): number =>
    reports.reduce((all, { report }) => all + count(report), 0);
  await expect.poll(() => sum(({ inbound }) => inbound.sidecar)).toBe(2);
  await expect.poll(() => sum(({ edges }) => edges.reduce((all, { calls }) => all + calls, 0))).toBe(1);
  expect(new Set(reports.map(({ path }) => path))).toEqual(new Set(["/reports/web/web-1/sidecar"]));
  const [sample] = reports.flatMap(({ report }) => report.samples);
  expect(sample).toMatchObject({
    way: "sidecar",
    cluster: "app",
    endpoint: `127.0.0.1:${app.port}`,
    status: 200,
  });
});
