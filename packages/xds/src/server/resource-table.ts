import { contentHash } from "./content-hash.ts";

/** One resource as it is sent: encoded once, whoever gets it. */
export interface TableResource {
  readonly name: string;
  /** An encoded `google.protobuf.Any`. */
  readonly any: Uint8Array;
  /** Of `any`. Equal hashes mean that a client that has the one needs no other. */
  readonly hash: string;
}

/** All resources of one type at one moment. Immutable; identity stands for content within the engine. */
export interface ResourceTable {
  readonly resources: ReadonlyMap<string, TableResource>;
  /** Names that may yet turn out to exist: clients are told neither that they do, nor that they do not. */
  readonly undecided: ReadonlySet<string>;
  /** Hash of names and contents: equal tables have equal versions, on every replica. */
  readonly version: string;
}

export interface TableDiff {
  /** Added, or of other content. Sorted. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

const NONE: ReadonlySet<string> = new Set();

/** A table of these resources; of two with one name the last counts. */
export function createTable(
  resources: Iterable<TableResource>,
  undecided: ReadonlySet<string> = NONE,
): ResourceTable {
  const byName = new Map<string, TableResource>();
  for (const resource of resources) byName.set(resource.name, resource);
  const lines = [...byName.values()].map(({ name, hash }) => `${name}\n${hash}\n`).sort();
  for (const name of [...undecided].sort()) lines.push(`${name}\n?\n`);
  return { resources: byName, undecided, version: contentHash(lines.join("")) };
}

/** What a group has of a type that its snapshot does not mention. */
export const EMPTY_TABLE: ResourceTable = createTable([]);

// One rollout makes the same comparison for every stream of a group, so results hang on the tables they compare.
const diffs = new WeakMap<ResourceTable, WeakMap<ResourceTable, TableDiff>>();
const unions = new WeakMap<ResourceTable, WeakMap<ResourceTable, ResourceTable>>();

const NO_DIFF: TableDiff = { changed: [], removed: [] };

/** What a client that has `from` lacks of `to`. */
export function diffTables(from: ResourceTable, to: ResourceTable): TableDiff {
  if (from === to) return NO_DIFF;
  return remember(diffs, from, to, () => {
    const changed: string[] = [];
    const removed: string[] = [];
    for (const { name, hash } of to.resources.values()) {
      if (from.resources.get(name)?.hash !== hash) changed.push(name);
    }
    for (const name of from.resources.keys()) if (!to.resources.has(name)) removed.push(name);
    return { changed: changed.sort(), removed: removed.sort() };
  });
}

/** The newer table, and what only the older one has. */
export function uniteTables(older: ResourceTable, newer: ResourceTable): ResourceTable {
  return remember(unions, older, newer, () => {
    const { removed } = diffTables(older, newer);
    if (removed.length === 0) return newer;
    const kept = removed.map((name) => older.resources.get(name) as TableResource);
    return createTable([...newer.resources.values(), ...kept], newer.undecided);
  });
}

function remember<T>(
  results: WeakMap<ResourceTable, WeakMap<ResourceTable, T>>,
  from: ResourceTable,
  to: ResourceTable,
  make: () => T,
): T {
  let ofFrom = results.get(from);
  if (ofFrom === undefined) {
    ofFrom = new WeakMap();
    results.set(from, ofFrom);
  }
  let result = ofFrom.get(to);
  if (result === undefined) {
    result = make();
    ofFrom.set(to, result);
  }
  return result;
}
