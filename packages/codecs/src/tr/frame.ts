import type { Frame, FrameKind } from "../frame/frame.ts";
import { ObjectWalker } from "../hessian/object-walker.ts";
import { DecodeError } from "../limits/decode-error.ts";
import { type DecodeLimits, decodeLimits } from "../limits/decode-limits.ts";
import {
  type ConnectionId,
  dialectOf,
  enterField,
  findConnectionId,
  writeConnectionId,
} from "./connection-id.ts";
import { createTrHead, ONEWAY, readTrHead, TR_HEAD_BYTES } from "./head.ts";

/** The class of the application's object in a heartbeat, and in its answer. */
export const TR_HEARTBEAT_CLASS = "com.taobao.remoting.impl.ConnectionHeartBeat";

interface Parts {
  /** Head and connection object; more behind them if nothing was changed. */
  readonly front: Buffer;
  /** Class name and content, from `restAt` to the end. */
  readonly rest: Buffer;
  readonly restAt: number;
  readonly id: ConnectionId;
  readonly limits: DecodeLimits;
}

/**
 * A frame of TR. Its id stands in an object of Hessian, so that another one may make the frame longer or shorter; all behind
 * that object stays where it is. TR has no headers and no timeout that a proxy could change.
 *
 * ```ts
 * import { readTrFrame, tr } from "@dualmesh/codecs/tr";
 *
 * const frame = readTrFrame(Buffer.concat(tr.heartbeat(7).bytes));
 * const moved = readTrFrame(Buffer.concat(frame.withId(1_000_000).bytes));
 * console.log(moved.kind, moved.id, moved.byteLength - frame.byteLength); // => heartbeat 1000000 4
 * ```
 */
export class TrFrame implements Frame {
  readonly protocol = "tr";
  readonly timeoutMs = undefined;
  readonly #parts: Parts;

  /** @internal Frames come from `readTrFrame`. */
  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get kind(): FrameKind {
    const { front } = this.#parts;
    const isHeartbeat = this.className === TR_HEARTBEAT_CLASS;
    if (front[1] === 1) return isHeartbeat ? "heartbeat-ack" : "response";
    if (isHeartbeat) return "heartbeat";
    return front[3] === ONEWAY ? "oneway" : "request";
  }

  get id(): number {
    return this.#parts.id.low;
  }

  get idHigh(): number {
    return this.#parts.id.high;
  }

  /** One of `TR_SERIALIZER`. */
  get serializer(): number {
    return this.#parts.front[2] as number;
  }

  /** The class of the application's object, as Java names it. */
  get className(): string {
    const { rest, restAt } = this.#parts;
    return rest.toString("utf8", restAt, this.#contentAt);
  }

  /**
   * `targetServiceUniqueName` of a SofaRequest; empty where the content has none.
   *
   * @throws {DecodeError} for content that is no Hessian.
   */
  get service(): string {
    return this.#textOf("targetServiceUniqueName");
  }

  /** `methodName` of a SofaRequest; empty where the content has none. */
  get method(): string {
    return this.#textOf("methodName");
  }

  /** The field `result` of a response's connection object: 0 for one that a server has served; -1 without it. */
  get status(): number {
    const { front, id, limits } = this.#parts;
    if (front[1] !== 1) return -1;
    const end = TR_HEAD_BYTES + front.readUInt32BE(5);
    const walker = new ObjectWalker(id.dialect, limits).begin(front, TR_HEAD_BYTES, end);
    if (!enterField(walker, "result")) return -1;
    const byte = front[walker.at];
    // In one byte, or in five as Hessian 1 has it.
    if (byte === 0x49) return front.readInt32BE(walker.at + 1);
    return byte !== undefined && byte >= 0x80 && byte <= 0xbf ? byte - 0x90 : -1;
  }

  header(_name: string): undefined {
    return undefined;
  }

  headers(): readonly [] {
    return [];
  }

  /** The application's object. */
  get body(): Buffer {
    return this.#parts.rest.subarray(this.#contentAt);
  }

  get bytes(): readonly Buffer[] {
    const { front, rest, restAt } = this.#parts;
    if (front === rest) return [rest];
    return restAt === rest.length ? [front] : [front, rest.subarray(restAt)];
  }

  get byteLength(): number {
    const { front, rest, restAt } = this.#parts;
    return TR_HEAD_BYTES + front.readUInt32BE(5) + rest.length - restAt;
  }

  withId(id: number, idHigh = 0): TrFrame {
    const { front, id: known } = this.#parts;
    const long = writeConnectionId(known, idHigh >>> 0, id >>> 0);
    const length = front.readUInt32BE(5);
    const behind = front.subarray(known.to, TR_HEAD_BYTES + length);
    const changed = Buffer.concat([front.subarray(0, known.from), long, behind]);
    changed.writeUInt32BE(length + long.length - (known.to - known.from), 5);
    const moved = { ...known, to: known.from + long.length, high: idHigh >>> 0, low: id >>> 0 };
    return new TrFrame({ ...this.#parts, front: changed, id: moved });
  }

  withHeader(): TrFrame {
    return this;
  }

  withHeaders(): TrFrame {
    return this;
  }

  withTimeout(): TrFrame {
    return this;
  }

  get #contentAt(): number {
    return this.#parts.restAt + (this.#parts.front[9] as number);
  }

  #textOf(field: string): string {
    const { rest, limits } = this.#parts;
    const at = this.#contentAt;
    if (this.#parts.front[1] === 1 || at === rest.length) return "";
    const walker = new ObjectWalker(dialectOf(rest, at), limits).begin(rest, at);
    return enterField(walker, field) ? (walker.string() ?? "") : "";
  }
}

const DEFAULT_LIMITS: DecodeLimits = decodeLimits();

/**
 * The frame that is all of `bytes`, which it keeps.
 *
 * @param limits Default: those of `decodeLimits`.
 * @throws {DecodeError} for another head than `readTrHead` takes, for bytes that are too few or too many, and for a connection
 * object without an id.
 */
export function readTrFrame(bytes: Buffer, limits: DecodeLimits = DEFAULT_LIMITS): TrFrame {
  const head = createTrHead();
  const length = readTrHead(bytes, 0, head);
  if (length !== bytes.length) {
    const what = length === 0 ? `a head of ${TR_HEAD_BYTES}` : `a frame of ${length}`;
    throw new DecodeError("DATA_LOSS", `tr frame: ${bytes.length} bytes for ${what} bytes`, bytes.length);
  }
  const restAt = TR_HEAD_BYTES + head.connectionLength;
  const id = findConnectionId(bytes, TR_HEAD_BYTES, restAt, limits);
  return new TrFrame({ front: bytes, rest: bytes, restAt, id, limits });
}
