import type { ReceivedReport } from "@dualmesh/telemetry/observation";
import { addCalls, type LoggedCall } from "./model/call-log.ts";
import { NO_OVERVIEW, type Overview } from "./model/overview.ts";
import { ReportHistory } from "./model/report-history.ts";

/** Whether the stream flows: `undefined` before the first word. */
export interface Link {
  readonly up: boolean;
  readonly reason: string;
}

/** The mesh as far as the page knows it. Fields change; observers are told. */
export interface MeshConnection {
  readonly link: Link | undefined;
  readonly overview: Overview;
  readonly history: ReportHistory;
  readonly calls: readonly LoggedCall[];
  /** The control plane's time, by the last report and what passed since. Milliseconds since the epoch. */
  nowMs(): number;
  onChange(observer: () => void): () => void;
}

/** At most so often are observers told. Milliseconds. */
const TELL_EVERY_MS = 400;

/** Follows the stream of the dashboard for as long as the page is open. */
export function connectMesh(): MeshConnection {
  const observers = new Set<() => void>();
  const history = new ReportHistory();
  let lastLocalMs = 0;
  let isWaiting = false;
  const tell = (): void => {
    if (isWaiting) return;
    isWaiting = true;
    window.setTimeout(() => {
      isWaiting = false;
      for (const observer of observers) observer();
    }, TELL_EVERY_MS);
  };
  const state = {
    link: undefined as Link | undefined,
    overview: NO_OVERVIEW,
    calls: [] as readonly LoggedCall[],
  };
  const open = (): EventSource => {
    const source = new EventSource("./api/stream");
    const listen = <T>(name: string, take: (data: T) => void): void =>
      source.addEventListener(name, (event) => {
        take(JSON.parse((event as MessageEvent<string>).data) as T);
        tell();
      });
    listen<Link>("link", (link) => {
      state.link = link;
    });
    listen<Overview>("overview", (overview) => {
      state.overview = overview;
    });
    listen<ReceivedReport>("report", (report) => {
      history.add(report);
      state.calls = addCalls(state.calls, report);
      lastLocalMs = performance.now();
    });
    source.addEventListener("error", () => {
      state.link = { up: false, reason: "the dashboard itself does not answer" };
      tell();
    });
    return source;
  };
  whileLookedAt(open);
  // Without reports time goes on all the same: what is shown must fade.
  window.setInterval(tell, 1_000);
  return {
    history,
    get link() {
      return state.link;
    },
    get overview() {
      return state.overview;
    },
    get calls() {
      return state.calls;
    },
    nowMs: () => (history.lastMs === 0 ? 0 : history.lastMs + performance.now() - lastLocalMs),
    onChange(observer) {
      observers.add(observer);
      return () => void observers.delete(observer);
    },
  };
}

/**
 * Holds a stream while somebody can see the page, and for a minute longer. Nodes need not report to a tab in the background,
 * and a browser has six connections to one origin: a seventh tab would wait for ever.
 */
function whileLookedAt(open: () => EventSource): void {
  let source: EventSource | undefined = open();
  let timer: number | undefined;
  document.addEventListener("visibilitychange", () => {
    window.clearTimeout(timer);
    if (document.visibilityState === "visible") source ??= open();
    else {
      timer = window.setTimeout(() => {
        source?.close();
        source = undefined;
      }, HIDDEN_MS);
    }
  });
}

const HIDDEN_MS = 60_000;
