import type { ServerResponse } from "node:http";
import type { Clock } from "@dualmesh/core";
import type { ReportStore } from "../report/report-store.ts";

export interface ReportStreamOptions {
  readonly reports: ReportStore;
  /** What the control plane knows itself, as JSON: nodes, workloads, problems. */
  readonly overview: () => string;
  readonly clock: Clock;
}

/** Between two looks at the overview. Milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** Without a word for so long, somebody on the way may take the connection for dead. Looks. */
const QUIET_LOOKS = 15;

/** A watcher that lags behind by so much is let go; it comes back, and is told all anew. Bytes. */
const MAX_LAG_BYTES = 8 * 1024 * 1024;

/**
 * `GET /reports/stream`: Server-Sent Events for as long as the client stays. First the newest of the reports that are kept, then each as
 * it comes (`report`), and beside them what the control plane knows itself (`overview`), again whenever it has changed.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function streamReports(response: ServerResponse, options: ReportStreamOptions): void {
  const { reports, overview, clock } = options;
  const send = (event: string, data: string): void => {
    if (response.writableLength > MAX_LAG_BYTES) response.destroy();
    else response.write(`event: ${event}\ndata: ${data}\n\n`);
  };
  const watch = reports.watch({ report: (text) => send("report", text) });
  let timer: Disposable | undefined;
  let shown = "";
  let quiet = 0;
  const look = (): void => {
    const now = overview();
    if (now !== shown) send("overview", now);
    else if (++quiet % QUIET_LOOKS === 0) response.write(":\n\n");
    shown = now;
    timer = clock.setTimer(look, LOOK_EVERY_MS);
  };
  response.once("close", () => {
    watch[Symbol.dispose]();
    timer?.[Symbol.dispose]();
  });
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  for (const text of newest(reports.recent)) send("report", text);
  look();
}

/** As many of the newest as a watcher may lag behind by, and as much again left for what comes. */
function newest(texts: readonly string[]): readonly string[] {
  let bytes = 0;
  let first = texts.length;
  while (first > 0) {
    bytes += Buffer.byteLength(texts[first - 1] as string);
    if (bytes > MAX_LAG_BYTES / 2) break;
    first--;
  }
  return texts.slice(first);
}
