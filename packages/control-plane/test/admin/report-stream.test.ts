import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "@dualmesh/core";
import { expect, test } from "vitest";
import { streamReports } from "../../src/admin/report-stream.ts";
import { ReportStore } from "../../src/report/report-store.ts";

test("whoever comes when more is kept than a watcher may lag behind by is told the newest, and stays", async () => {
  const reports = new ReportStore();
  const first = reports.watch({ report() {} });
  const sample = { inbound: { direct: 0, sidecar: 0 }, edges: [], omittedEdges: 0, samples: [] };
  for (let i = 0; i < 60; i++) {
    const node = `${i}-${"x".repeat(200_000)}`;
    reports.put("web", node, { ...sample, kind: "sdk", intervalMs: 1_000 });
  }
  first[Symbol.dispose]();
  const server = createServer((_, response) => {
    streamReports(response, { reports, overview: () => "{}", clock: systemClock });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const leave = new AbortController();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { body } = await fetch(url, { signal: leave.signal });
  let text = "";
  for await (const chunk of (body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes("event: overview")) break;
  }
  expect(text).toContain('"nodeId":"59-');
  expect(text).not.toContain('"nodeId":"0-');
  leave.abort();
  server.close();
});
