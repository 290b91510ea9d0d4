import { decode, encode, type Message } from "@dualmesh/envoy-api";
import type { XdsServer } from "../src/server/index.ts";
import type { XdsNode } from "../src/xds-node.ts";
import { settle } from "./server-peer.ts";

export type DeltaResponse = Message<"envoy.service.discovery.v3.DeltaDiscoveryResponse">;

export interface DeltaAsk {
  readonly add?: readonly string[];
  readonly drop?: readonly string[];
  /** What the client says to have: versions by name. */
  readonly has?: ReadonlyMap<string, string> | Readonly<Record<string, string>>;
  readonly nonce?: string;
  readonly error?: string;
  readonly node?: XdsNode;
}

/** A delta client of the server engine, spoken by hand: what it sends and gets stands in the test. */
export interface DeltaPeer {
  /** Everything received and not yet taken. */
  readonly inbox: DeltaResponse[];
  readonly ended: { code: string; message: string } | undefined;
  /** Names and versions of all that was received, and not removed, by type: what a client brings to its next stream. */
  has(typeUrl: string): ReadonlyMap<string, string>;
  ask(typeUrl: string, request?: DeltaAsk): Promise<void>;
  /** Takes the next response, which must be there, and of this type. */
  take(typeUrl: string): Promise<DeltaResponse>;
  ack(response: DeltaResponse, more?: DeltaAsk): Promise<void>;
  nack(response: DeltaResponse, message: string): Promise<void>;
  /** Takes the next response, accepts it, and says what it changed. */
  follow(typeUrl: string): Promise<string[]>;
  raw(bytes: Uint8Array): void;
  /** From now on sends are answered with "no more for now". */
  block(): void;
  drain(): Promise<void>;
  close(): void;
}

export function connectDelta(server: XdsServer, node: XdsNode = { id: "n" }): DeltaPeer {
  const inbox: DeltaResponse[] = [];
  const had = new Map<string, Map<string, string>>();
  let ended: { code: string; message: string } | undefined;
  let writable = true;
  let first = true;
  const handlers = server.serveDelta({
    peer: "test",
    send(bytes) {
      const response = decode("envoy.service.discovery.v3.DeltaDiscoveryResponse", bytes);
      const ofType = had.get(response.type_url) ?? new Map<string, string>();
      had.set(response.type_url, ofType);
      for (const { name, version } of response.resources) ofType.set(name, version);
      for (const name of response.removed_resources) ofType.delete(name);
      inbox.push(response);
      return writable;
    },
    end(status) {
      ended = status;
    },
  });
  const peer: DeltaPeer = {
    inbox,
    get ended() {
      return ended;
    },
    has: (typeUrl) => new Map(had.get(typeUrl)),
    async ask(typeUrl, request = {}) {
      handlers.onRequest(
        encode("envoy.service.discovery.v3.DeltaDiscoveryRequest", {
          type_url: typeUrl,
          resource_names_subscribe: request.add ?? [],
          resource_names_unsubscribe: request.drop ?? [],
          initial_resource_versions: request.has ?? {},
          response_nonce: request.nonce ?? "",
          node: request.node ?? (first ? node : undefined),
          error_detail: request.error === undefined ? undefined : { code: 3, message: request.error },
        }),
      );
      first = false;
      await settle();
    },
    async take(typeUrl) {
      await settle();
      const response = inbox.shift();
      if (response === undefined) throw new Error(`no response came, expected one of ${typeUrl}`);
      if (response.type_url !== typeUrl) throw new Error(`got ${response.type_url}, expected ${typeUrl}`);
      return response;
    },
    ack: (response, more = {}) => peer.ask(response.type_url, { ...more, nonce: response.nonce }),
    nack: (response, message) => peer.ask(response.type_url, { nonce: response.nonce, error: message }),
    async follow(typeUrl) {
      const response = await peer.take(typeUrl);
      await peer.ack(response);
      return changesIn(response);
    },
    raw: (bytes) => handlers.onRequest(bytes),
    block() {
      writable = false;
    },
    async drain() {
      writable = true;
      handlers.onDrain();
      await settle();
    },
    close: () => handlers.onEnd(),
  };
  return peer;
}

/** What a response says: `+a` for a resource that is there, `-b` for one that is not; sorted by name. */
export function changesIn({ resources, removed_resources: removed }: DeltaResponse): string[] {
  const there = resources.map(({ name }) => `+${name}`).sort();
  return [...there, ...removed.map((name) => `-${name}`).sort()];
}
