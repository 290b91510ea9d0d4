import type { Snapshot, XdsServer } from "@dualmesh/xds/server";

/**
 * Which nodes get which view.
 *
 * The engine asks for the group of a stream once, but subfolders come and go while streams live. So each `node.cluster`
 * is a group of the engine, and those without a subfolder share one snapshot, its encoded responses included. When a
 * subfolder appears, the nodes it is for are brought there in place, make before break, and nobody reconnects.
 */
export class GroupDirectory {
  readonly #engine: XdsServer;
  /** Names of subfolders that have a view; the empty name is for all others. */
  #views: ReadonlySet<string> = new Set();
  /** Streams by `node.cluster`: names come from the wire, so one is forgotten with its last stream. */
  readonly #streams = new Map<string, number>();

  constructor(engine: XdsServer) {
    this.#engine = engine;
  }

  /** The view of nodes that say this of themselves. */
  viewOf(cluster: string): string {
    return this.#views.has(cluster) ? cluster : "";
  }

  /** A stream asks for its group. Gives the engine's name for it. */
  join(cluster: string): string {
    this.#streams.set(cluster, (this.#streams.get(cluster) ?? 0) + 1);
    this.#hand(cluster);
    return nodesKey(cluster);
  }

  leave(cluster: string): void {
    const streams = (this.#streams.get(cluster) ?? 0) - 1;
    if (streams > 0) {
      this.#streams.set(cluster, streams);
      return;
    }
    this.#streams.delete(cluster);
    this.#engine.deleteSnapshot(nodesKey(cluster));
  }

  /** Serves these views from now on. */
  publish(views: ReadonlyMap<string, Snapshot>): void {
    for (const view of this.#views) if (!views.has(view)) this.#engine.deleteSnapshot(viewKey(view));
    this.#views = new Set(views.keys());
    // In passing, the engine gives what has not changed its encoded responses of before.
    for (const [view, snapshot] of views) this.#engine.setSnapshot(viewKey(view), snapshot);
    for (const cluster of this.#streams.keys()) this.#hand(cluster);
  }

  #hand(cluster: string): void {
    const snapshot = this.#engine.snapshot(viewKey(this.viewOf(cluster)));
    if (snapshot !== undefined) this.#engine.setSnapshot(nodesKey(cluster), snapshot);
  }
}

/** Where a view is kept: no node is ever in this group of the engine. */
function viewKey(view: string): string {
  return `view ${view}`;
}

function nodesKey(cluster: string): string {
  return `nodes ${cluster}`;
}
