import { encode, type Message } from "@dualmesh/envoy-api/wire";
import type { XdsNode } from "../xds-node.ts";
import { ReaddedNames } from "./readded-names.ts";
import { subscriptionNames, type Wanted } from "./subscription-names.ts";

/** A decoded response. */
export type DiscoveryResponse = Message<"envoy.service.discovery.v3.DiscoveryResponse">;

/** What the cache says to a response. */
export interface Verdict {
  /** Why it is refused; `undefined` if it is accepted. */
  readonly problem: string | undefined;
  /** Whether an answer about this name is in by now. */
  readonly holds: (name: string) => boolean;
}

export interface AdsStreamOptions {
  readonly node: XdsNode;
  /** The last accepted version by type. Outlives the stream, as nonces do not; written to. */
  readonly versions: Map<string, string>;
  readonly send: (bytes: Uint8Array) => void;
}

/** `INVALID_ARGUMENT`. */
const NACK_CODE = 3;

/** What one stream knows of one type. */
interface TypeState {
  /** Of the newest response of this type on this stream; a request with an older one is dropped by the server. */
  nonce: string;
  /** The names of the last request; `undefined` before the first. */
  sent: readonly string[] | undefined;
  everNamed: boolean;
  /** Names were added since the last response. */
  asking: boolean;
  reply: Reply | undefined;
  /** Refusals of one version in a row. */
  nacks: number;
  nackedVersion: string | undefined;
  readonly readded: ReaddedNames;
  doubtful: readonly string[];
}

interface Reply {
  /** The text of the NACK; `undefined` for an ACK. */
  readonly problem: string | undefined;
  /** A NACK that repeats itself waits, by the clock. */
  readonly notBeforeMs: number;
}

/**
 * The protocol of one state-of-the-world ADS stream: nonces, versions, who owes whom a reply. Knows no cache, no clock
 * and no network.
 *
 * @see Envoy, "xDS REST and gRPC protocol", "ACK/NACK and resource type instance version"
 */
export class AdsStream {
  readonly #options: AdsStreamOptions;
  readonly #types = new Map<string, TypeState>();
  #nodeSent = false;

  constructor(options: AdsStreamOptions) {
    this.#options = options;
  }

  /** Whether this type was asked for on this stream. What was not is neither acknowledged nor refused. */
  asked(typeUrl: string): boolean {
    return this.#types.has(typeUrl);
  }

  /** Notes the verdict on a response. The reply goes out with the next {@link update} of the type. */
  answer(response: DiscoveryResponse, verdict: Verdict, nowMs: number): void {
    const state = this.#types.get(response.type_url);
    if (state === undefined) return;
    const { problem } = verdict;
    state.nonce = response.nonce;
    state.asking = false;
    if (problem === undefined) {
      state.nacks = 0;
      state.nackedVersion = undefined;
      this.#options.versions.set(response.type_url, response.version_info);
    } else {
      // A server that answers a NACK with the same version again at once (go-control-plane does) is slowed down here.
      state.nacks = state.nackedVersion === response.version_info ? state.nacks + 1 : 1;
      state.nackedVersion = response.version_info;
    }
    const holdMs = state.nacks < 2 ? 0 : Math.min(100 * 2 ** (state.nacks - 2), 10_000);
    state.reply = { problem, notBeforeMs: nowMs + holdMs };
    state.doubtful = state.readded.responseCame(verdict.holds);
  }

  /**
   * Sends what is due for a type: a reply, a changed list of names, both in one.
   *
   * @returns when a reply that waits is due, by the clock; `undefined` if nothing waits.
   */
  update(typeUrl: string, wanted: Wanted, nowMs: number): number | undefined {
    const state = this.#types.get(typeUrl);
    const list = subscriptionNames(wanted, state?.sent, state?.everNamed ?? false);
    if (list === undefined) return undefined;
    const names =
      state?.sent !== undefined && state.asking && wanted.waiting ? growNames(state.sent, list) : list;
    if (state === undefined) {
      const fresh = newTypeState();
      this.#types.set(typeUrl, fresh);
      this.#request(typeUrl, fresh, names);
      return undefined;
    }
    if (state.doubtful.length > 0) {
      const doubtful = new Set(state.doubtful);
      state.doubtful = [];
      this.#request(
        typeUrl,
        state,
        names.filter((name) => !doubtful.has(name)),
      );
      this.#request(typeUrl, state, names);
      return undefined;
    }
    const same = sameNames(names, state.sent as readonly string[]);
    if (same && state.reply === undefined) return undefined;
    if (same && state.reply !== undefined && state.reply.notBeforeMs > nowMs) return state.reply.notBeforeMs;
    if (!same) state.readded.listChanged(state.sent as readonly string[], names);
    this.#request(typeUrl, state, names);
    return undefined;
  }

  #request(typeUrl: string, state: TypeState, names: readonly string[]): void {
    const { node, versions, send } = this.#options;
    const problem = state.reply?.problem;
    // The error belongs to one reply only: a later change of names must not repeat it.
    state.reply = undefined;
    state.asking ||= state.sent === undefined || addedNames(state.sent, names).length > 0;
    state.sent = names;
    state.everNamed ||= names.length > 0;
    const request = {
      version_info: versions.get(typeUrl) ?? "",
      node: this.#nodeSent ? undefined : node,
      resource_names: names,
      type_url: typeUrl,
      response_nonce: state.nonce,
      error_detail: problem === undefined ? undefined : { code: NACK_CODE, message: problem },
    };
    this.#nodeSent = true;
    send(encode("envoy.service.discovery.v3.DiscoveryRequest", request));
  }
}

function newTypeState(): TypeState {
  return {
    nonce: "",
    sent: undefined,
    everNamed: false,
    asking: false,
    reply: undefined,
    nacks: 0,
    nackedVersion: undefined,
    readded: new ReaddedNames(),
    doubtful: [],
  };
}

/**
 * The last list, and what the new one adds: while an answer is expected, lists only grow. A name that is dropped and added
 * again would else be in the first request and the third but not in the second, and the answer to the second, in which it
 * is absent, would look like its deletion.
 */
function growNames(sent: readonly string[], list: readonly string[]): readonly string[] {
  if (list.length === 0 || list.includes("*")) return list;
  const added = addedNames(sent, list);
  return added.length === 0 ? sent : [...sent, ...added];
}

function addedNames(sent: readonly string[], list: readonly string[]): readonly string[] {
  const before = new Set(sent);
  return list.filter((name) => !before.has(name));
}

/** Whether two lists name the same; neither has a name twice. Mostly they are in one order, too. */
function sameNames(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  if (a.every((name, place) => name === b[place])) return true;
  return addedNames(a, b).length === 0;
}
