import { type Clock, MeshError, systemClock } from "@dualmesh/core";
import type { NodeReport, ReceivedReport } from "@dualmesh/telemetry/observation";

/** Somebody who watches the mesh. */
export interface ReportWatcher {
  /** Takes each report as it comes, as JSON. */
  report(text: string): void;
}

export interface ReportStoreOptions {
  readonly clock?: Clock;
  /** How long a report is kept. Milliseconds. Default 180,000. */
  readonly keepMs?: number;
  /** What all reports together may take, as JSON; the oldest go first. Characters. Default 16,777,216. */
  readonly maxCharacters?: number;
  /** Watchers at a time. Default 16. */
  readonly maxWatchers?: number;
}

/** How often nodes report while somebody watches. Milliseconds. */
const REPORT_EVERY_MS = 1_000;

/** What nodes told of late, and who listens. Nobody is asked to report while nobody watches. */
export class ReportStore {
  readonly #clock: Clock;
  readonly #keepMs: number;
  readonly #maxCharacters: number;
  readonly #maxWatchers: number;
  readonly #watchers = new Set<ReportWatcher>();
  /** In order of arrival: what is to go stands in front. */
  readonly #reports: { readonly atMs: number; readonly text: string }[] = [];
  #characters = 0;

  constructor(options: ReportStoreOptions = {}) {
    const { clock = systemClock, keepMs = 180_000, maxCharacters = 16_777_216, maxWatchers = 16 } = options;
    this.#clock = clock;
    this.#keepMs = keepMs;
    this.#maxCharacters = maxCharacters;
    this.#maxWatchers = maxWatchers;
  }

  /** How often nodes are to report. Milliseconds; 0: not at all. */
  get everyMs(): number {
    return this.#watchers.size > 0 ? REPORT_EVERY_MS : 0;
  }

  /** Those that are kept, as JSON, the oldest first. */
  get recent(): readonly string[] {
    this.#expire();
    return this.#reports.map(({ text }) => text);
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  /** Keeps a report and hands it on. One that comes while nobody watches is late, and dropped. */
  put(cluster: string, nodeId: string, report: NodeReport): void {
    if (this.#watchers.size === 0) return;
    const received: ReceivedReport = { ...report, cluster, nodeId, receivedMs: this.#clock.wall() };
    const text = JSON.stringify(received);
    this.#reports.push({ atMs: this.#clock.now(), text });
    this.#characters += text.length;
    this.#expire();
    for (const watcher of this.#watchers) watcher.report(text);
  }

  /**
   * Hands on every report until it is disposed.
   *
   * Throws a `MeshError` (`RESOURCE_EXHAUSTED`) where too many watch already.
   */
  watch(watcher: ReportWatcher): Disposable {
    if (this.#watchers.size >= this.#maxWatchers) {
      throw new MeshError("RESOURCE_EXHAUSTED", `the limit of ${this.#maxWatchers} watchers is reached`);
    }
    this.#watchers.add(watcher);
    return { [Symbol.dispose]: () => void this.#watchers.delete(watcher) };
  }

  #expire(): void {
    const oldestMs = this.#clock.now() - this.#keepMs;
    let gone = 0;
    for (const { atMs, text } of this.#reports) {
      if (atMs >= oldestMs && this.#characters <= this.#maxCharacters) break;
      this.#characters -= text.length;
      gone++;
    }
    if (gone > 0) this.#reports.splice(0, gone);
  }
}
