import { contentHash } from "./content-hash.ts";
import { createTable, EMPTY_TABLE, type ResourceTable, type TableResource } from "./resource-table.ts";

/** One resource to serve. */
export interface SnapshotResource {
  readonly typeUrl: string;
  /** As clients ask for it. Must be what the message states of itself. */
  readonly name: string;
  /** An encoded `google.protobuf.Any` with the message. Not to be written to afterwards. */
  readonly any: Uint8Array;
}

/** Which resource, without its content. */
export type ResourceName = Pick<SnapshotResource, "typeUrl" | "name">;

export interface SnapshotOptions {
  /**
   * Resources of which it is not known yet whether they exist, such as endpoints that have not reported since a restart.
   * Clients that have them keep them, and who asks waits; else a delta client would be told at once that they are gone. What
   * is among the resources as well is decided. Default: none.
   */
  readonly undecided?: Iterable<ResourceName>;
}

/** One consistent set of resources of all types. Immutable. */
export interface Snapshot {
  /** Hash of everything: equal snapshots have equal versions. */
  readonly version: string;
  readonly types: ReadonlyMap<string, ResourceTable>;
}

// Who builds a snapshot from the last one gives most of its bytes again; hashing them is most of the work.
const hashes = new WeakMap<Uint8Array, string>();

/**
 * Makes a snapshot. Versions are hashes of the content, so that replicas agree without talking and a restart changes
 * nothing.
 *
 * @throws {RangeError} when two resources of a type have one name: clients refuse such a response.
 */
export function createSnapshot(
  resources: Iterable<SnapshotResource>,
  options: SnapshotOptions = {},
): Snapshot {
  const byType = new Map<string, Map<string, TableResource>>();
  for (const { typeUrl, name, any } of resources) {
    let ofType = byType.get(typeUrl);
    if (ofType === undefined) {
      ofType = new Map();
      byType.set(typeUrl, ofType);
    }
    if (ofType.has(name))
      throw new RangeError(`snapshot: two resources of ${typeUrl} have the name "${name}"`);
    ofType.set(name, { name, any, hash: hashOf(any) });
  }
  const undecided = new Map<string, Set<string>>();
  for (const { typeUrl, name } of options.undecided ?? []) {
    const ofType = undecided.get(typeUrl) ?? new Set();
    if (byType.get(typeUrl)?.has(name) !== true) undecided.set(typeUrl, ofType.add(name));
  }
  const types = new Map<string, ResourceTable>();
  for (const typeUrl of new Set([...byType.keys(), ...undecided.keys()])) {
    types.set(typeUrl, createTable(byType.get(typeUrl)?.values() ?? [], undecided.get(typeUrl)));
  }
  return snapshotOf(types);
}

/** The same snapshot, with the tables of an older one where nothing has changed: what was encoded for them stays good. */
export function shareTables(snapshot: Snapshot, older: Snapshot | undefined): Snapshot {
  if (older === undefined) return snapshot;
  const types = new Map<string, ResourceTable>();
  for (const [typeUrl, table] of snapshot.types) {
    const before = older.types.get(typeUrl);
    types.set(typeUrl, before?.version === table.version ? before : table);
  }
  return { version: snapshot.version, types };
}

/** The table of a type; an empty one if the snapshot has nothing of it. */
export function tableOf(snapshot: Snapshot, typeUrl: string): ResourceTable {
  return snapshot.types.get(typeUrl) ?? EMPTY_TABLE;
}

function snapshotOf(types: ReadonlyMap<string, ResourceTable>): Snapshot {
  const lines = [...types].map(([typeUrl, { version }]) => `${typeUrl}\n${version}\n`).sort();
  return { version: contentHash(lines.join("")), types };
}

function hashOf(any: Uint8Array): string {
  let known = hashes.get(any);
  if (known === undefined) {
    known = contentHash(any);
    hashes.set(any, known);
  }
  return known;
}
