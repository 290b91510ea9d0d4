import type { XdsNode } from "../xds-node.ts";
import type { DeltaResponseParts } from "./encode-delta-response.ts";
import type { ResourceTable } from "./resource-table.ts";
import type { RolloutSubscription } from "./rollout-subscription.ts";
import type { Due, RequestVerdict } from "./subscription.ts";

/** State of the world, or delta (incremental). */
export type VariantName = "sotw" | "delta";

/** What the two variants of the protocol do differently on a stream that is else the same. */
export interface Variant<Request extends StreamRequest> {
  readonly name: VariantName;
  /** @throws {ProtoError} for bytes that are no request, or one over a limit. */
  decode(bytes: Uint8Array, maxBytes: number): Request;
  /** Whether the client says what it has of an earlier stream, so that it can be brought from there, make before break. */
  resumes(request: Request): boolean;
  subscribe(typeUrl: string): TypeSubscription<Request>;
  encode(parts: DeltaResponseParts): Uint8Array;
}

/** What the requests of both have. */
export interface StreamRequest {
  readonly node: XdsNode | undefined;
  readonly type_url: string;
}

/** What one stream wants of one type, and what it was sent. */
export interface TypeSubscription<Request> extends RolloutSubscription {
  /** Sorted. */
  readonly names: readonly string[];
  readonly sentVersion: string;
  readonly ackedVersion: string;
  /** A response is out and not yet answered: nothing more is sent until it is, so that the newest content wins. */
  readonly inFlight: boolean;
  /** What is kept of a client's words from one request to the next, in bytes. Absent where each request says it all. */
  readonly keptBytes?: number;
  /** Takes a request; {@link due} says what follows from it. */
  receive(request: Request): RequestVerdict;
  /**
   * What is to be sent so that the client has `table`; `undefined` if nothing. What it gives must be sent, and reported by
   * {@link sentResponse}.
   *
   * @param complete whether `table` is the newest: an empty answer is not given while a better one is on its way.
   * @param removable whether the client may be told what is gone, where responses name it.
   */
  due(table: ResourceTable, complete: boolean, removable: boolean): Due | undefined;
  sentResponse(table: ResourceTable, nonce: number): void;
}
