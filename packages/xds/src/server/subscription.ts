import type { Message } from "@dualmesh/envoy-api/wire";
import { isFullStateType } from "../type-url.ts";
import { diffTables, EMPTY_TABLE, type ResourceTable } from "./resource-table.ts";

export type DiscoveryRequest = Message<"envoy.service.discovery.v3.DiscoveryRequest">;

/** What a request turned out to be. */
export type RequestVerdict = "stale" | "ack" | "nack" | "names";

export interface Nack {
  readonly version: string;
  readonly message: string;
}

/** What is to be sent: `undefined` names stand for the whole table. */
export interface Due {
  readonly table: ResourceTable;
  readonly names: readonly string[] | undefined;
  /** What the client is told to be gone. Absent in state of the world. */
  readonly removed?: readonly string[];
}

/**
 * What one stream wants of one type, and what it was sent: the rules of names, nonces and verdicts, without any sending.
 *
 * The one invariant: of every name that is subscribed and not owed, the client was sent what `#sent` holds. So what is to
 * be sent is a comparison of two tables, and no list per stream of what it has. What a client refused counts as sent: it
 * gets that resource again when it has changed, not before (the endless loop of go-control-plane #962).
 *
 * Numbers in parentheses are those of docs/server-rules.md.
 */
export class Subscription {
  readonly typeUrl: string;
  readonly #fullState: boolean;
  wildcard = false;
  #names: ReadonlySet<string> = new Set();
  /** Sorted, so that equal sets make equal responses. */
  #sorted: readonly string[] = [];
  /** Once a name was listed, an empty list no longer means everything. */
  #everNamed = false;
  #seen = false;
  /** Of the newest response; 0 before the first. */
  nonce = 0;
  /** Of the newest response that was accepted or refused; 0 before the first. */
  answered = 0;
  /** A response is out and not yet answered: nothing more is sent until it is, so that the newest content wins. */
  inFlight = false;
  sentVersion = "";
  ackedVersion = "";
  nack: Nack | undefined;
  #sent: ResourceTable = EMPTY_TABLE;
  /** The version that the client brought from an earlier stream, until the first response. */
  #claims = "";
  #owesAll = false;
  #owed = new Set<string>();

  constructor(typeUrl: string) {
    this.typeUrl = typeUrl;
    this.#fullState = isFullStateType(typeUrl);
  }

  get names(): readonly string[] {
    return this.#sorted;
  }

  /** Whether anything is wanted: an unsubscribed type holds nobody up. */
  get active(): boolean {
    return this.wildcard || this.#names.size > 0;
  }

  /** Whether the client was sent this table, and has answered. */
  settledAt(table: ResourceTable): boolean {
    return !this.active || (!this.inFlight && this.#sent === table);
  }

  wants(name: string): boolean {
    return this.wildcard || this.#names.has(name);
  }

  /** Takes a request; {@link due} says what follows from it. */
  receive(request: DiscoveryRequest): RequestVerdict {
    const { response_nonce: nonce } = request;
    const current = nonce !== "" && nonce === String(this.nonce);
    // (22) Who had unsubscribed from everything begins anew, with whatever nonce.
    const fresh = !this.#seen || nonce === "" || !this.active;
    // (3) An empty nonce after a response counts as a fresh subscription; any other old one as if it had not come.
    if (!fresh && !current) return "stale";
    let verdict: RequestVerdict = "names";
    if (current && this.inFlight) {
      this.inFlight = false;
      this.answered = this.nonce;
      verdict = this.#judge(request);
    }
    const first = !this.#seen;
    this.#seen = true;
    if (fresh) this.inFlight = false;
    const wasWildcard = this.wildcard;
    const added = this.#setNames(request.resource_names);
    if (this.wildcard ? fresh || !wasWildcard : fresh && this.#names.size > 0) this.#owesAll = true;
    else for (const name of added) this.#owed.add(name);
    // (2) What a client says to have of everything, it has: no need to send it again after a reconnect.
    if (first && this.wildcard) this.#claims = request.version_info;
    return verdict;
  }

  /** Asks for this to be sent (again) although it has not changed. */
  owe(name: string): void {
    if (this.wants(name)) this.#owed.add(name);
  }

  /**
   * What is to be sent so that the client has `table`; `undefined` if nothing. What it gives must be sent, and reported by
   * {@link sentResponse}.
   *
   * @param complete whether `table` is the newest: an empty answer is not given while a better one is on its way.
   */
  due(table: ResourceTable, complete: boolean): Due | undefined {
    if (this.inFlight || !this.active) return undefined;
    if (this.#owesAll) return this.#dueAll(table, complete);
    const names = this.#dueNames(table);
    if (names.length === 0) {
      this.#sent = table;
      this.#owed.clear();
      return undefined;
    }
    if (!this.#fullState) return { table, names };
    return { table, names: this.#existing(table) };
  }

  sentResponse(table: ResourceTable, nonce: number): void {
    this.#owesAll = false;
    this.#owed.clear();
    this.#claims = "";
    this.#sent = table;
    this.nonce = nonce;
    this.sentVersion = table.version;
    this.inFlight = true;
  }

  /** Names whose content in `table` differs from what was sent, and those that are gone from it. */
  changes(table: ResourceTable): {
    readonly changed: readonly string[];
    readonly removed: readonly string[];
  } {
    const { changed, removed } = diffTables(this.#sent, table);
    if (this.wildcard) return { changed, removed };
    return { changed: this.#only(changed), removed: this.#only(removed) };
  }

  #dueAll(table: ResourceTable, complete: boolean): Due | undefined {
    if (this.wildcard && this.#claims !== "" && this.#claims === table.version) {
      this.#owesAll = false;
      this.#sent = table;
      this.sentVersion = this.ackedVersion = table.version;
      return undefined;
    }
    const names = this.#existing(table);
    const empty = (names?.length ?? table.resources.size) === 0;
    return empty && !complete ? undefined : { table, names };
  }

  /** All that is subscribed and exists. */
  #existing(table: ResourceTable): readonly string[] | undefined {
    if (this.wildcard) return undefined;
    return this.#sorted.filter((name) => table.resources.has(name));
  }

  /** What has changed or is owed; for types with complete responses also what is gone, since its absence says so. */
  #dueNames(table: ResourceTable): readonly string[] {
    const { changed, removed } = this.changes(table);
    const gone = this.#fullState ? removed : [];
    if (this.#owed.size === 0) return gone.length === 0 ? changed : [...changed, ...gone];
    // (10) What does not exist is not answered; it is sent when it appears, since it is then among the changes.
    const owed = [...this.#owed].filter((name) => this.wants(name) && table.resources.has(name));
    return [...new Set([...changed, ...owed, ...gone])].sort();
  }

  #only(names: readonly string[]): readonly string[] {
    // A table of 10,000 and a client of 10: look up the fewer.
    if (names.length > 4 * this.#sorted.length) {
      const among = new Set(names);
      return this.#sorted.filter((name) => among.has(name));
    }
    return names.filter((name) => this.#names.has(name));
  }

  #judge(request: DiscoveryRequest): RequestVerdict {
    // (1) Only this says that a response was refused: versions and nonces can look the same either way.
    const { error_detail: error } = request;
    if (error === undefined) {
      this.ackedVersion = this.sentVersion;
      this.nack = undefined;
      return "ack";
    }
    this.nack = { version: this.sentVersion, message: error.message };
    return "nack";
  }

  /** Takes the list of names over; gives those that are new. */
  #setNames(listed: readonly string[]): readonly string[] {
    const names = new Set(listed);
    // (11) The empty list.
    this.wildcard = names.delete("*") || (listed.length === 0 && !this.#everNamed);
    this.#everNamed ||= listed.length > 0;
    const added: string[] = [];
    for (const name of names) if (!this.#names.has(name)) added.push(name);
    if (added.length === 0 && names.size === this.#names.size) return added;
    this.#names = names;
    this.#sorted = [...names].sort();
    return added;
  }
}
