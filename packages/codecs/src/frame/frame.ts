/**
 * What a frame is for. All but the first three belong to the connection, and never enter a filter chain:
 *
 * - `goaway`: the sender takes no further request on this connection (Bolt's command 100, Dubbo's read-only event).
 * - `resume`: it takes them again (Dubbo's writable event).
 */
export type FrameKind =
  | "request"
  | "oneway"
  | "response"
  | "heartbeat"
  | "heartbeat-ack"
  | "goaway"
  | "resume";

/**
 * One frame of a protocol that multiplexes calls over a connection, read as far as a proxy needs it: the fields below are
 * found in the bytes when somebody asks, and changed by splicing, with lengths and check sums repaired. The body is neither
 * decoded nor copied.
 *
 * A frame never changes. What `with…` gives is another one, which shares what did not change; the frame itself, if its
 * protocol or kind has no place for what is to be said.
 *
 * Where a field lies behind values that were not looked at before (Dubbo's attachments), reading or changing it throws a
 * `DecodeError` for values that are none: that request is to be refused, and the connection is not hurt.
 */
export interface Frame {
  /** The name of its codec: `bolt`, `dubbo`, `tr`. */
  readonly protocol: string;
  readonly kind: FrameKind;
  /** What pairs a response with its request: the lower 32 bits, unsigned. */
  readonly id: number;
  /** The upper 32 bits, unsigned; 0 where a protocol has none. Two numbers, since a `bigint` costs an allocation. */
  readonly idHigh: number;
  /** Whom a request is for, as the protocol names it; empty if it does not say. */
  readonly service: string;
  /** What it asks for; empty if it does not say. */
  readonly method: string;
  /** How long the client waits. Milliseconds; `undefined` if it does not say. */
  readonly timeoutMs: number | undefined;
  /** The status of a response, by the protocol's own numbers; -1 for all others. */
  readonly status: number;
  /** The value of a header, an attachment …; of a name that occurs several times, the last. */
  header(name: string): string | undefined;
  /** All of them, in the order of the wire. */
  headers(): Iterable<readonly [name: string, value: string]>;
  /** What the head does not tell: opaque. A view. */
  readonly body: Buffer;
  /** The pieces that make up the frame on the wire. Views, not to be written to. */
  readonly bytes: readonly Buffer[];
  /** The length of all pieces. */
  readonly byteLength: number;
  /** @param idHigh Default 0. Ignored where a protocol has 32 bits. */
  withId(id: number, idHigh?: number): Frame;
  /** `undefined` takes the header away. */
  withHeader(name: string, value: string | undefined): Frame;
  /** Several at once: one splice. */
  withHeaders(changes: ReadonlyMap<string, string | undefined>): Frame;
  /** Integer milliseconds. What a protocol cannot say is left unsaid. */
  withTimeout(timeoutMs: number): Frame;
}
