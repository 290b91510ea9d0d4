import type { Clock } from "@dualmesh/core";
import { TYPE_URL } from "@dualmesh/envoy-api";
import { createSnapshot, type Snapshot } from "@dualmesh/xds/server";
import { AssignmentTable, type ServedResource } from "../endpoint/assignment-table.ts";
import type { GroupView } from "../view/group-view.ts";
import type { WorkloadRegistry } from "../workload/workload-registry.ts";

export interface PublisherOptions {
  readonly clock: Clock;
  readonly workloads: WorkloadRegistry;
  /** Changes of workloads that come so close together are one change. Milliseconds. */
  readonly debounceMs: number;
  /** How long after the start an assignment without endpoints is held back. Milliseconds. */
  readonly graceMs: number;
  readonly publish: (snapshots: ReadonlyMap<string, Snapshot>) => void;
}

/** What one view is served. */
export interface PublishedView {
  readonly group: string;
  readonly version: string;
  readonly resources: readonly ServedResource[];
}

/** Makes snapshots of what the files say and what the workloads publish. */
export class Publisher {
  readonly #options: PublisherOptions;
  #views: readonly ViewTables[] = [];
  #published: readonly PublishedView[] = [];
  /** Right after a start, that nobody is there is no evidence yet. */
  #inGrace: boolean;
  #graceTimer: Disposable | undefined;
  #debounce: Disposable | undefined;
  /** How long the last snapshots took to make. */
  #costMs = 0;

  constructor(options: PublisherOptions) {
    const { clock, graceMs } = options;
    this.#options = options;
    this.#inGrace = graceMs > 0;
    if (!this.#inGrace) return;
    this.#graceTimer = clock.setTimer(() => {
      this.#inGrace = false;
      this.#publish();
    }, graceMs);
  }

  get published(): readonly PublishedView[] {
    return this.#published;
  }

  /** Serves these views from now on. */
  setViews(views: readonly GroupView[]): void {
    this.#views = views.map((view) => ({
      group: view.group,
      fixed: view.resources.filter(({ typeUrl }) => typeUrl !== TYPE_URL.EDS),
      assignments: new AssignmentTable(view, this.#options.workloads),
    }));
    this.#publish();
  }

  /** Workloads have changed. Where they are so many that a snapshot takes long, snapshots come less often. */
  touch(): void {
    const { clock, debounceMs } = this.#options;
    this.#debounce ??= clock.setTimer(() => this.#publish(), Math.max(debounceMs, 4 * this.#costMs));
  }

  /** True if what workloads publish for this cluster reaches any node. */
  takes(cluster: string): boolean {
    return this.#views.some(({ assignments }) => assignments.takes(cluster));
  }

  [Symbol.dispose](): void {
    this.#graceTimer?.[Symbol.dispose]();
    this.#debounce?.[Symbol.dispose]();
  }

  #publish(): void {
    this.#debounce?.[Symbol.dispose]();
    this.#debounce = undefined;
    const { clock, publish } = this.#options;
    const startMs = clock.now();
    const snapshots = new Map<string, Snapshot>();
    this.#published = this.#views.map(({ group, fixed, assignments }) => {
      const { served, undecided } = assignments.assignments(this.#inGrace);
      const resources = [...fixed, ...served];
      const snapshot = createSnapshot(resources, { undecided });
      snapshots.set(group, snapshot);
      return { group, version: snapshot.version, resources };
    });
    this.#costMs = clock.now() - startMs;
    publish(snapshots);
  }
}

interface ViewTables {
  readonly group: string;
  /** All but endpoints. */
  readonly fixed: readonly ServedResource[];
  readonly assignments: AssignmentTable;
}
