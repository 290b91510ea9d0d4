import type { Clock } from "@dualmesh/core";
import { decode } from "@dualmesh/envoy-api/wire";
import type { XdsNode } from "../xds-node.ts";
import { encodeResponse } from "./encode-response.ts";
import type { ResourceTable } from "./resource-table.ts";
import type { EncodedResponse, ResponseCache } from "./response-cache.ts";
import { Rollout } from "./rollout.ts";
import type { ServerMetrics } from "./server-metrics.ts";
import type { NodeStatus } from "./server-status.ts";
import type { XdsServerStream, XdsServerStreamHandlers } from "./server-stream.ts";
import type { Snapshot } from "./snapshot.ts";
import { type DiscoveryRequest, Subscription } from "./subscription.ts";

export interface SessionOptions {
  readonly stream: XdsServerStream;
  readonly clock: Clock;
  readonly metrics: ServerMetrics;
  readonly controlPlane: string;
  readonly maxRequestBytes: number;
  readonly endpointAskMs: number;
  readonly removalGraceMs: number;
  /** The next nonce: one sequence for the whole server, so that a response can be shared by streams. */
  readonly nextNonce: () => number;
  /** What was encoded of a table already. */
  readonly responses: (table: ResourceTable) => ResponseCache;
  /** The first request came: who asks. Gives the snapshot, if there is one. @throws what refuses the client. */
  readonly onNode: (node: XdsNode, session: Session) => Snapshot | undefined;
  readonly onNack: (typeUrl: string, version: string, message: string, session: Session) => void;
  readonly onEnd: (session: Session) => void;
}

/** No client has use for more; a hostile one would fill the memory with them. */
const MAX_TYPES = 64;

/** One stream of one client. */
export class Session implements XdsServerStreamHandlers {
  node: XdsNode = {};
  group = "";
  readonly #options: SessionOptions;
  readonly #connectedWallMs: number;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #rollout: Rollout;
  #introduced = false;
  #writable = true;
  #over = false;

  constructor(options: SessionOptions) {
    const { clock, endpointAskMs, removalGraceMs } = options;
    this.#options = options;
    this.#connectedWallMs = clock.wall();
    this.#rollout = new Rollout({
      clock,
      endpointAskMs,
      removalGraceMs,
      subscription: (typeUrl) => this.#subscriptions.get(typeUrl),
      wake: () => this.#run(),
    });
  }

  onRequest(bytes: Uint8Array): void {
    if (this.#over) return;
    let request: DiscoveryRequest;
    try {
      const { maxRequestBytes: maxBytes } = this.#options;
      request = decode("envoy.service.discovery.v3.DiscoveryRequest", bytes, { maxBytes });
      // (4) The node may be in the first request only, and counts for the whole stream.
      if (!this.#introduced) this.#introduce(request.node ?? {});
    } catch (error) {
      this.#refuse((error as Error).message);
      return;
    }
    // (5)
    if (request.type_url === "") this.#refuse("a request has no type_url");
    else this.#receive(request);
  }

  onDrain(): void {
    this.#writable = true;
    this.#run();
  }

  onEnd(): void {
    this.#close();
  }

  /** Goes for a newer snapshot. */
  update(snapshot: Snapshot): void {
    if (this.#over) return;
    this.#rollout.begin(snapshot);
    this.#run();
  }

  /** Ends the stream from this side. */
  end(message: string): void {
    if (this.#over) return;
    this.#options.stream.end({ code: "UNAVAILABLE", message });
    this.#close();
  }

  status(): NodeStatus {
    const types = [...this.#subscriptions.values()].map((subscription) => ({
      typeUrl: subscription.typeUrl,
      wildcard: subscription.wildcard,
      names: subscription.names,
      sentVersion: subscription.sentVersion,
      ackedVersion: subscription.ackedVersion,
      awaitsAnswer: subscription.inFlight,
      ...(subscription.nack === undefined ? {} : { nack: subscription.nack }),
    }));
    const { peer } = this.#options.stream;
    return {
      id: this.node.id ?? "",
      node: this.node,
      group: this.group,
      peer,
      connectedWallMs: this.#connectedWallMs,
      types,
    };
  }

  #introduce(node: XdsNode): void {
    this.#introduced = true;
    this.node = node;
    const snapshot = this.#options.onNode(node, this);
    if (snapshot !== undefined) this.update(snapshot);
  }

  #receive(request: DiscoveryRequest): void {
    const { type_url: typeUrl } = request;
    let subscription = this.#subscriptions.get(typeUrl);
    if (subscription === undefined) {
      if (this.#subscriptions.size >= MAX_TYPES) {
        this.#refuse(`a stream may ask for ${MAX_TYPES} types, "${typeUrl}" is one more`);
        return;
      }
      subscription = new Subscription(typeUrl);
      this.#subscriptions.set(typeUrl, subscription);
    }
    const verdict = subscription.receive(request);
    this.#options.metrics.requests[verdict].add();
    if (verdict === "nack") {
      const { version, message } = subscription.nack as { version: string; message: string };
      this.#options.onNack(typeUrl, version, message, this);
    }
    this.#run();
  }

  /** Sends what is due, as far as the stream takes it. */
  #run(): void {
    if (this.#over || !this.#rollout.started) return;
    do {
      for (const subscription of this.#subscriptions.values()) {
        if (!this.#writable) return;
        this.#pump(subscription);
      }
    } while (this.#rollout.step());
  }

  #pump(subscription: Subscription): void {
    const { typeUrl } = subscription;
    const due = subscription.due(this.#rollout.table(typeUrl), this.#rollout.complete(typeUrl));
    if (due === undefined) return;
    const { table, names } = due;
    const { stream, metrics, responses } = this.#options;
    const { bytes, nonce } = responses(table).get(typeUrl, names, subscription.nonce, () =>
      this.#encode(typeUrl, table, names),
    );
    this.#rollout.sending(subscription, table, names, nonce);
    subscription.sentResponse(table, nonce);
    metrics.responsesSent.add();
    this.#writable = stream.send(bytes);
  }

  #encode(typeUrl: string, table: ResourceTable, names: readonly string[] | undefined): EncodedResponse {
    const { controlPlane, nextNonce, metrics } = this.#options;
    const nonce = nextNonce();
    const all = table.resources;
    const resources = names === undefined ? [...all.values()] : names.flatMap((name) => all.get(name) ?? []);
    metrics.responsesEncoded.add();
    const { version } = table;
    return {
      bytes: encodeResponse({ version, typeUrl, nonce: String(nonce), controlPlane, resources }),
      nonce,
    };
  }

  #refuse(message: string): void {
    this.#options.metrics.streamsRefused.add();
    this.#options.stream.end({ code: "INVALID_ARGUMENT", message });
    this.#close();
  }

  #close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#rollout.stop();
    this.#options.onEnd(this);
  }
}
