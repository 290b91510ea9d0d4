import type { Clock } from "@dualmesh/core";
import type { XdsNode } from "../xds-node.ts";
import type { ResourceTable } from "./resource-table.ts";
import { type EncodedResponse, type ResponseCache, responseKey } from "./response-cache.ts";
import { Rollout } from "./rollout.ts";
import type { ServerMetrics } from "./server-metrics.ts";
import type { NodeStatus } from "./server-status.ts";
import type { XdsServerStream, XdsServerStreamHandlers } from "./server-stream.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Due } from "./subscription.ts";
import type { StreamRequest, TypeSubscription, Variant, VariantName } from "./variant.ts";

export interface SessionOptions<Request extends StreamRequest> {
  readonly variant: Variant<Request>;
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
  readonly onNode: (node: XdsNode, session: AnySession) => Snapshot | undefined;
  readonly onNack: (typeUrl: string, version: string, message: string, session: AnySession) => void;
  readonly onEnd: (session: AnySession) => void;
}

/** No client has use for more; a hostile one would fill the memory with them. */
const MAX_TYPES = 64;

/** A stream, of whatever variant, as the engine sees it. */
export interface AnySession {
  readonly variant: VariantName;
  /** What the first request said; empty before. */
  readonly node: XdsNode;
  group: string;
  update(snapshot: Snapshot): void;
  /** Ends the stream from this side. */
  end(message: string): void;
  status(): NodeStatus;
}

/** One stream of one client. */
export class Session<Request extends StreamRequest> implements AnySession, XdsServerStreamHandlers {
  readonly variant: VariantName;
  node: XdsNode = {};
  group = "";
  readonly #options: SessionOptions<Request>;
  readonly #connectedWallMs: number;
  readonly #subscriptions = new Map<string, TypeSubscription<Request>>();
  readonly #rollout: Rollout;
  #introduced = false;
  #writable = true;
  #over = false;

  constructor(options: SessionOptions<Request>) {
    const { clock, endpointAskMs, removalGraceMs } = options;
    this.#options = options;
    this.variant = options.variant.name;
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
    let request: Request;
    try {
      const { variant, maxRequestBytes } = this.#options;
      request = variant.decode(bytes, maxRequestBytes);
      // (4) The node may be in the first request only, and counts for the whole stream.
      if (!this.#introduced) this.#introduce(request);
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

  update(snapshot: Snapshot): void {
    if (this.#over) return;
    this.#rollout.begin(snapshot);
    this.#run();
  }

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
      variant: this.variant,
      peer,
      connectedWallMs: this.#connectedWallMs,
      types,
    };
  }

  #introduce(request: Request): void {
    this.#introduced = true;
    this.node = request.node ?? {};
    const snapshot = this.#options.onNode(this.node, this);
    if (snapshot === undefined) return;
    this.#rollout.begin(snapshot);
    // Who begins with nothing is answered in the order of his questions.
    if (!this.#options.variant.resumes(request)) this.#run();
  }

  #receive(request: Request): void {
    const { type_url: typeUrl } = request;
    let subscription = this.#subscriptions.get(typeUrl);
    if (subscription === undefined) {
      if (this.#subscriptions.size >= MAX_TYPES) {
        this.#refuse(`a stream may ask for ${MAX_TYPES} types, "${typeUrl}" is one more`);
        return;
      }
      subscription = this.#options.variant.subscribe(typeUrl);
      this.#subscriptions.set(typeUrl, subscription);
    }
    const verdict = subscription.receive(request);
    const { maxRequestBytes } = this.#options;
    if (this.#keptBytes() > maxRequestBytes) {
      this.#refuse(`the names of a stream may take ${maxRequestBytes} bytes, those of this one take more`);
      return;
    }
    this.#rollout.received(subscription);
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

  #pump(subscription: TypeSubscription<Request>): void {
    const { typeUrl } = subscription;
    const rollout = this.#rollout;
    const due = subscription.due(
      rollout.table(typeUrl),
      rollout.complete(typeUrl),
      rollout.removable(typeUrl),
    );
    if (due === undefined) return;
    const { table, names, removed } = due;
    const { stream, metrics, responses } = this.#options;
    const key = responseKey(`${this.variant} ${typeUrl}`, names, removed ?? []);
    const { bytes, nonce } = responses(table).get(key, subscription.nonce, () => this.#encode(typeUrl, due));
    this.#rollout.sending(subscription, table, names, nonce);
    subscription.sentResponse(table, nonce);
    metrics.responsesSent.add();
    this.#writable = stream.send(bytes);
  }

  #encode(typeUrl: string, { table, names, removed = [] }: Due): EncodedResponse {
    const { variant, controlPlane, nextNonce, metrics } = this.#options;
    const nonce = nextNonce();
    const all = table.resources;
    const resources = names === undefined ? [...all.values()] : names.flatMap((name) => all.get(name) ?? []);
    metrics.responsesEncoded.add();
    const { version } = table;
    const parts = { version, typeUrl, nonce: String(nonce), controlPlane, resources, removed };
    return { bytes: variant.encode(parts), nonce };
  }

  /** A client must not fill the memory by naming more and more, a little with each request. */
  #keptBytes(): number {
    let bytes = 0;
    for (const { keptBytes = 0 } of this.#subscriptions.values()) bytes += keptBytes;
    return bytes;
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
