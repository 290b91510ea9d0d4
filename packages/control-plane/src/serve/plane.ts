import { type Clock, MeshError } from "@dualmesh/core";
import type { Problem } from "@dualmesh/envoy-api";
import { createXdsServer, type Listening, type NodeStatus, type XdsServer } from "@dualmesh/xds/server";
import type { AdminServer } from "../admin/admin-server.ts";
import { dumpConfig } from "../admin/config-dump.ts";
import type { AdminSource } from "../admin/route-admin.ts";
import { ConfigurationError } from "../configuration-error.ts";
import type { ControlPlane } from "../control-plane.ts";
import type { ControlPlaneEvent } from "../control-plane-event.ts";
import { ReportStore } from "../report/report-store.ts";
import type { ParsedConfig } from "../view/join-parts.ts";
import { parseResourceSet, type ResourceSet } from "../view/parse-resource-set.ts";
import { createWorkloadRegistry, type WorkloadRegistry } from "../workload/workload-registry.ts";
import type { FolderFeed } from "./folder-feed.ts";
import { GroupDirectory } from "./group-directory.ts";
import { Publisher } from "./publisher.ts";

export interface PlaneOptions {
  readonly clock: Clock;
  readonly debounceMs: number;
  readonly graceMs: number;
  readonly onEvent: (event: ControlPlaneEvent) => void;
}

/**
 * The parts of a control plane, wired together.
 *
 * ```text
 * files ──► views ──┐
 *                   ├─► publisher ──► snapshots ──► engine ──► streams
 * workloads ────────┘    (merge, debounce)           (order, ACK, NACK)
 * ```
 */
export class Plane implements ControlPlane {
  readonly engine: XdsServer;
  readonly #onEvent: (event: ControlPlaneEvent) => void;
  readonly #groups: GroupDirectory;
  readonly #publisher: Publisher;
  readonly #workloads: WorkloadRegistry;
  readonly #reports: ReportStore;
  readonly #clock: Clock;
  #problems: readonly Problem[] = [];
  #feed: FolderFeed | undefined;
  #xds: Listening | undefined;
  #admin: AdminServer | undefined;
  #closed = false;
  /** How often each kind of event came. */
  readonly #counts = new Map<string, number>();

  constructor({ clock, debounceMs, graceMs, onEvent }: PlaneOptions) {
    this.#onEvent = onEvent;
    this.#clock = clock;
    this.#reports = new ReportStore({ clock });
    this.engine = createXdsServer({
      clock,
      group: (node) => this.#groups.join(node.cluster ?? ""),
      onConnect: ({ id = "", cluster = "" }) => {
        this.emit({ kind: "node-connected", nodeId: id, group: this.#groups.viewOf(cluster) });
      },
      onDisconnect: ({ cluster = "" }) => this.#groups.leave(cluster),
      onNack: ({ node: { id = "" }, variant, typeUrl, version, message }) => {
        this.emit({ kind: "nack", nodeId: id, variant, typeUrl, version, error: message });
      },
    });
    this.#groups = new GroupDirectory(this.engine);
    this.#workloads = createWorkloadRegistry({
      clock,
      onChange: (change, { cluster, nodeId }) => {
        this.#publisher.touch();
        this.emit({ kind: `workload-${change}`, cluster, nodeId });
      },
    });
    this.#publisher = new Publisher({
      clock,
      workloads: this.#workloads,
      debounceMs,
      graceMs,
      publish: (snapshots) => this.#groups.publish(snapshots),
    });
  }

  get address(): string {
    return this.#xds?.address ?? "";
  }

  get adminAddress(): string | undefined {
    if (this.#admin === undefined) return undefined;
    const { host, port } = this.#admin.address;
    return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  }

  get ready(): boolean {
    return this.#xds !== undefined && !this.#closed;
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  nodes(): readonly NodeStatus[] {
    return this.engine
      .nodes()
      .map((status) => ({ ...status, group: this.#groups.viewOf(status.node.cluster ?? "") }));
  }

  async reload(): Promise<readonly Problem[]> {
    await this.#feed?.read();
    return this.#problems;
  }

  setResources(set: ResourceSet): void {
    if (this.#feed !== undefined) {
      throw new MeshError(
        "FAILED_PRECONDITION",
        "setResources: the configuration is a folder; change its files",
      );
    }
    this.apply(parseResourceSet(set));
    if (this.#problems.length > 0) throw new ConfigurationError(this.#problems);
  }

  /** Serves a configuration, or says why not and goes on with the last one. */
  apply({ views, problems }: ParsedConfig): void {
    this.#problems = problems;
    if (problems.length > 0) {
      this.emit({ kind: "refused", problems });
      return;
    }
    this.#publisher.setViews(views);
    const resources = new Set(views.flatMap((view) => view.resources)).size;
    this.emit({ kind: "loaded", groups: views.map(({ group }) => group), resources });
  }

  /** What is disposed of with the plane. */
  owns(parts: { readonly feed?: FolderFeed; readonly xds?: Listening; readonly admin?: AdminServer }): void {
    this.#feed ??= parts.feed;
    this.#xds ??= parts.xds;
    this.#admin ??= parts.admin;
  }

  emit(event: ControlPlaneEvent): void {
    this.#counts.set(event.kind, (this.#counts.get(event.kind) ?? 0) + 1);
    try {
      this.#onEvent(event);
    } catch (error) {
      // An observer's defect must not keep a configuration from being served, nor vanish.
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }

  adminSource(): AdminSource {
    return {
      workloads: this.#workloads,
      reports: this.#reports,
      clock: this.#clock,
      takes: (cluster) => this.#publisher.takes(cluster),
      ready: () => this.ready,
      nodes: () => this.nodes(),
      configDump: () => dumpConfig(this.#publisher.published),
      problems: () => this.#problems,
      stats: () => this.#stats(),
      reload: () => this.reload(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    // Clients that are told so go elsewhere at once; the listener then ends what is left.
    this.engine.disconnectAll("the control plane is shutting down");
    this.#publisher[Symbol.dispose]();
    this.#workloads[Symbol.dispose]();
    await Promise.all([
      this.#feed?.[Symbol.asyncDispose](),
      this.#admin?.[Symbol.asyncDispose](),
      this.#xds?.close(),
    ]);
  }

  #stats(): ReadonlyMap<string, number> {
    const now = [
      ["nodes", this.engine.nodes().length],
      ["workloads", this.#workloads.size],
      ["watchers", this.#reports.watchers],
      ["groups", this.#publisher.published.length],
      ["problems", this.#problems.length],
    ] as const;
    const events = [...this.#counts].map(
      ([kind, count]) => [`events.${kind.replaceAll("-", "_")}`, count] as const,
    );
    return new Map([...now, ...events].map(([name, value]) => [`control_plane.${name}`, value]));
  }
}
