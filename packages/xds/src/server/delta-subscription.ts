import type { Message } from "@dualmesh/envoy-api/wire";
import { Refusals } from "./refusals.ts";
import { diffTables, EMPTY_TABLE, type ResourceTable, type TableResource } from "./resource-table.ts";
import type { Due, Nack, RequestVerdict } from "./subscription.ts";
import type { TypeSubscription } from "./variant.ts";

export type DeltaDiscoveryRequest = Message<"envoy.service.discovery.v3.DeltaDiscoveryRequest">;

/** What a client says to have: versions by name. */
type Claims = DeltaDiscoveryRequest["initial_resource_versions"];

const NO_CLAIMS: Claims = new Map();

/** What a name takes in a set or map beside its characters, roughly. Bytes. */
const NAME_BYTES = 32;

/** A client that never accepts its routes must not make the server remember all that ever was. */
const MAX_STALE = 10_000;

const NO_BYTES = new Uint8Array();

/** Of no content. */
const NO_HASH = "";

/** What is known of one client when its next response is composed. */
interface Comparison {
  readonly names: readonly string[];
  readonly removed: readonly string[];
  readonly owed: Set<string>;
  readonly stale: Map<string, string>;
}

/**
 * What one delta stream wants of one type, and what it was sent: the rules of names, nonces and verdicts, without any
 * sending.
 *
 * The invariant is that of state of the world: of every name that is subscribed and not owed, the client has what `#sent`
 * holds. Beyond that it may have what is `#stale`: gone, but not to be taken from it yet. A client that comes back and says
 * what it has begins with a table of that; so what it lacks is the difference of two tables, which streams share.
 *
 * Versions are recorded when they are sent, not when they are accepted: what a client refused counts as sent, and it gets
 * that resource again when it has changed, not before (26).
 *
 * Numbers in parentheses are those of docs/server-rules.md.
 */
export class DeltaSubscription implements TypeSubscription<DeltaDiscoveryRequest> {
  readonly typeUrl: string;
  wildcard = false;
  nonce = 0;
  answered = 0;
  inFlight = false;
  sentVersion = "";
  ackedVersion = "";
  nack: Nack | undefined;
  resumed = false;
  /** Of the names, and of what the client said to have until that was compared. */
  keptBytes = 0;
  readonly #names = new Set<string>();
  #sorted: readonly string[] | undefined = [];
  #seen = false;
  #sent: ResourceTable = EMPTY_TABLE;
  /** Whether `#sent` is a table of the server, and no longer what the client said to have. */
  #compared = false;
  #claimedBytes = 0;
  #owesAll = false;
  /** To be sent, or said to be gone, although nothing has changed. */
  #owed = new Set<string>();
  /** Those of them of which the client has nothing: it did not ask for them before, or not any more. */
  readonly #asked = new Set<string>();
  /** (13) The same, of names that are subscribed by the wildcard only from now on. */
  readonly #returned = new Set<string>();
  /** Hashes by name. */
  #stale: ReadonlyMap<string, string> = new Map();
  /** What holds once the response that is being composed is out. */
  #next: Comparison | undefined;
  /** What is in the response that is not answered yet: names of resources, or all, and of what is gone. */
  #out: readonly string[] = [];
  readonly #refusals = new Refusals();

  constructor(typeUrl: string) {
    this.typeUrl = typeUrl;
  }

  get names(): readonly string[] {
    this.#sorted ??= [...this.#names].sort();
    return this.#sorted;
  }

  get active(): boolean {
    return this.wildcard || this.#names.size > 0;
  }

  settledAt(table: ResourceTable): boolean {
    return !this.active || (!this.inFlight && this.#sent === table);
  }

  receive(request: DeltaDiscoveryRequest): RequestVerdict {
    const { resource_names_subscribe: added, resource_names_unsubscribe: dropped } = request;
    const first = !this.#seen;
    this.#seen = true;
    // (14) Only the first request of a type says what the client has.
    const claims = first ? request.initial_resource_versions : NO_CLAIMS;
    if (claims.size > 0) this.#resume(claims);
    // (12) A first request without names asks for everything, and names that come later do not end that.
    if (first && added.length === 0) this.#addAll(claims);
    // (3) Names count whatever the nonce: they are a difference, which would be lost for ever.
    for (const name of added) {
      if (name === "*") this.#addAll(claims);
      else this.#add(name, claims);
    }
    for (const name of dropped) {
      if (name === "*") this.#dropAll();
      else this.#drop(name);
    }
    return this.#judge(request);
  }

  owe(name: string): void {
    if (this.#wants(name)) this.#owed.add(name);
  }

  due(table: ResourceTable, complete: boolean, removable: boolean): Due | undefined {
    if (this.inFlight || !this.active || this.#rests(table)) return undefined;
    // A client that has just come is compared with the newest.
    if (!complete && (!this.#compared || (this.#owesAll && table.resources.size === 0))) return undefined;
    const next = this.#compare(table, complete, removable);
    const { names, removed } = next;
    // (12) The wildcard is answered, even by nothing. Who said what he has, and has it all, need not be answered.
    if (this.#owesAll || names.length > 0 || removed.length > 0) {
      this.#next = next;
      return { table, names: this.#owesAll ? undefined : names, removed };
    }
    if (this.resumed && !this.#compared) this.sentVersion = this.ackedVersion = table.version;
    this.#take(table, next);
    return undefined;
  }

  sentResponse(table: ResourceTable, nonce: number): void {
    const next = this.#next as Comparison;
    this.#out = [...(this.#owesAll ? table.resources.keys() : next.names), ...next.removed];
    this.#next = undefined;
    this.#take(table, next);
    this.nonce = nonce;
    this.sentVersion = table.version;
    this.inFlight = true;
  }

  changes(table: ResourceTable): {
    readonly changed: readonly string[];
    readonly removed: readonly string[];
  } {
    const { changed, removed } = diffTables(this.#sent, table);
    const stale = [...this.#stale.keys()].filter((name) => !table.resources.has(name));
    return { changed: this.#lacking(changed, table), removed: this.#only([...removed, ...stale]) };
  }

  /** Whether nothing can be due. */
  #rests(table: ResourceTable): boolean {
    const open = this.#owed.size + this.#returned.size + this.#stale.size;
    return this.#sent === table && !this.#owesAll && open === 0;
  }

  #compare(table: ResourceTable, complete: boolean, removable: boolean): Comparison {
    const { changed, removed } = diffTables(this.#sent, table);
    const names = new Set(this.#owesAll ? [] : this.#lacking(changed, table));
    const gone = new Set<string>();
    const owed = new Set<string>();
    const stale = new Map<string, string>();
    for (const name of [...this.#owed, ...this.#returned]) {
      // What is gone but was there is among those that are lost.
      if (!this.#wants(name) || (!table.resources.has(name) && this.#had(name))) continue;
      if (table.resources.has(name)) names.add(name);
      // (15) Who asks for what does not exist is told so.
      else if (complete && !table.undecided.has(name)) gone.add(name);
      else if (this.#owed.has(name)) owed.add(name);
    }
    const lose = (name: string, hash: string): void => {
      if (!this.#wants(name) || this.#asked.has(name)) return;
      if (!table.undecided.has(name) && (removable || stale.size >= MAX_STALE)) gone.add(name);
      // If it appears again, who is owed it is sent it, whatever he has.
      else stale.set(name, this.#owed.has(name) ? NO_HASH : hash);
    };
    for (const name of removed) lose(name, (this.#sent.resources.get(name) as TableResource).hash);
    for (const [name, hash] of this.#stale) if (!table.resources.has(name)) lose(name, hash);
    return { names: [...names].sort(), removed: [...gone].sort(), owed, stale };
  }

  #take(table: ResourceTable, { owed, stale }: Comparison): void {
    this.#sent = table;
    this.#compared = true;
    this.#owesAll = false;
    this.#owed = owed;
    this.#asked.clear();
    this.#stale = stale;
    this.keptBytes -= this.#claimedBytes;
    this.#claimedBytes = 0;
    this.#forgetReturned();
  }

  /** Of what has changed, that which is subscribed and which the client does not have from before. */
  #lacking(changed: readonly string[], table: ResourceTable): readonly string[] {
    const wanted = this.#only(changed);
    if (this.#stale.size === 0) return wanted;
    return wanted.filter((name) => this.#stale.get(name) !== table.resources.get(name)?.hash);
  }

  #only(names: readonly string[]): readonly string[] {
    if (this.wildcard) return names;
    // A table of 10,000 and a client of 10: look up the fewer.
    if (names.length > 4 * this.#names.size) {
      const among = new Set(names);
      return [...this.#names].filter((name) => among.has(name));
    }
    return names.filter((name) => this.#names.has(name));
  }

  /** Whether the client was sent this, or said to have it, and was not told since that it is gone. */
  #had(name: string): boolean {
    return !this.#asked.has(name) && (this.#sent.resources.has(name) || this.#stale.has(name));
  }

  #wants(name: string): boolean {
    return this.wildcard || this.#names.has(name);
  }

  #judge({ response_nonce: nonce, error_detail: error }: DeltaDiscoveryRequest): RequestVerdict {
    if (nonce === "") return "names";
    if (nonce !== String(this.nonce)) return "stale";
    if (!this.inFlight) return "names";
    this.inFlight = false;
    this.answered = this.nonce;
    // (1) Only this says that a response was refused.
    if (error === undefined) {
      this.ackedVersion = this.sentVersion;
      this.#refusals.accepted(this.#out);
      if (!this.#refusals.any) this.nack = undefined;
    } else {
      this.#refusals.refused(this.#out);
      this.nack = { version: this.sentVersion, message: error.message };
    }
    this.#out = [];
    return error === undefined ? "ack" : "nack";
  }

  /** Begins with what the client says to have, as if it had been sent. */
  #resume(claims: Claims): void {
    const resources = new Map<string, TableResource>();
    for (const [name, version] of claims) {
      resources.set(name, { name, any: NO_BYTES, hash: version });
      this.#claimedBytes += name.length + version.length + NAME_BYTES;
    }
    this.#sent = { resources, undecided: EMPTY_TABLE.undecided, version: "" };
    this.keptBytes += this.#claimedBytes;
    this.resumed = true;
  }

  #addAll(claims: Claims): void {
    this.wildcard = true;
    if (claims.size === 0) this.#owesAll = true;
  }

  #dropAll(): void {
    this.wildcard = this.#owesAll = false;
    this.#forgetReturned();
  }

  /** (8) A name that is subscribed is sent, even if it was before, unless the client says to have it. */
  #add(name: string, claims: Claims): void {
    if (!this.#names.has(name)) {
      this.#names.add(name);
      this.#sorted = undefined;
      this.keptBytes += name.length + NAME_BYTES;
      if (!this.wildcard && !claims.has(name)) this.#asked.add(name);
    }
    if (!claims.has(name)) this.#owed.add(name);
  }

  /** (9) Dropped names are not answered, except (13) that under a wildcard the client must learn what it has of them. */
  #drop(name: string): void {
    if (!this.#names.delete(name)) return;
    this.#sorted = undefined;
    this.#owed.delete(name);
    this.#asked.delete(name);
    if (this.wildcard) this.#returned.add(name);
    else this.keptBytes -= name.length + NAME_BYTES;
  }

  #forgetReturned(): void {
    for (const name of this.#returned) this.keptBytes -= name.length + NAME_BYTES;
    this.#returned.clear();
  }
}
