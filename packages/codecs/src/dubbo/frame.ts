import { checkTimeout } from "../frame/check-timeout.ts";
import type { Frame, FrameKind } from "../frame/frame.ts";
import { DecodeError } from "../limits/decode-error.ts";
import { type DecodeLimits, decodeLimits } from "../limits/decode-limits.ts";
import type { Attachments } from "./attachments.ts";
import { BodyReader, type Invocation } from "./body-reader.ts";
import {
  createDubboHead,
  DUBBO_HEAD_BYTES,
  type DubboHead,
  readDubboHead,
  SERIALIZATION,
  TWO_WAY,
  uint32,
  writeDubboId,
  writeUint32,
} from "./head.ts";
import { DUBBO_SERIALIZATION } from "./serialization.ts";
import { DUBBO_STATUS } from "./status.ts";

/** Of an event. Bytes; Java takes no more. */
const MAX_EVENT_BYTES = 15;

const TIMEOUT = "timeout";

/** Where a frame is, in the bytes that came and in those that replace some of them. */
interface Parts {
  /** Begins with the head. */
  readonly front: Buffer;
  /** All of the frame as it came; nothing in front of its body counts if `front` is another. */
  readonly source: Buffer;
  /** What stands in place of its attachments. */
  readonly tail: Attachments | undefined;
  readonly kind: FrameKind;
  readonly reader: BodyReader;
}

/**
 * A frame of Dubbo 2. Of a body in Hessian, the first strings are read when somebody asks for them, and the attachments behind
 * the arguments by going over these; a body in anything else is opaque. A splice writes head and attachments anew: arguments
 * are neither decoded nor copied.
 *
 * ```ts
 * import { readDubboFrame, writeDubboCall } from "@dualmesh/codecs/dubbo";
 *
 * const call = writeDubboCall({
 *   id: 7,
 *   service: "com.example.Greeter",
 *   version: "1.0.0",
 *   method: "greet",
 *   descriptor: "Ljava/lang/String;",
 *   arguments: Buffer.from("0461626364", "hex"), // "abcd" in Hessian
 *   attachments: new Map([["timeout", "1000"]]),
 * });
 * const frame = readDubboFrame(Buffer.concat(call.bytes));
 * console.log(frame.service, frame.method, frame.timeoutMs); // => com.example.Greeter greet 1000
 * console.log(frame.withTimeout(900).header("timeout")); // => 900
 * ```
 */
export class DubboFrame implements Frame {
  readonly protocol = "dubbo";
  readonly #parts: Parts;
  #invocation: Invocation | undefined;
  #attachments: Attachments | "none" | undefined;

  /** @internal Frames come from `readDubboFrame`, `writeDubboFrame` and `writeDubboCall`. */
  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get kind(): FrameKind {
    return this.#parts.kind;
  }

  get id(): number {
    return uint32(this.#parts.front, 8);
  }

  get idHigh(): number {
    return uint32(this.#parts.front, 4);
  }

  /** Path or interface. Group and version are headers of these names. */
  get service(): string {
    return this.invocation?.service ?? "";
  }

  get method(): string {
    return this.invocation?.method ?? "";
  }

  /** The descriptor of the method's parameters; empty if there are none, or they are not known. */
  get descriptor(): string {
    return this.invocation?.descriptor ?? "";
  }

  /** What stands in front of the arguments; `undefined` where the frame is no call, or not in Hessian. */
  get invocation(): Invocation | undefined {
    if (!this.#isCall || !this.#isHessian) return undefined;
    this.#invocation ??= this.#parts.reader.invocation(this.#parts.source);
    return this.#invocation;
  }

  /** By the attachment `timeout`. */
  get timeoutMs(): number | undefined {
    if (!this.#isCall) return undefined;
    const timeoutMs = Number(this.header(TIMEOUT));
    return Number.isInteger(timeoutMs) && timeoutMs > 0 ? timeoutMs : undefined;
  }

  get status(): number {
    return this.#isResponse ? (this.#parts.front[3] as number) : -1;
  }

  /** One of `DUBBO_SERIALIZATION`, or another of five bits. */
  get serialization(): number {
    return (this.#parts.front[2] as number) & SERIALIZATION;
  }

  /** Whether an answer is due: also of events. */
  get isTwoWay(): boolean {
    return ((this.#parts.front[2] as number) & TWO_WAY) !== 0;
  }

  /**
   * What a response with another status than 20 says; empty for all others.
   *
   * @throws {DecodeError} for anything but a string.
   */
  get message(): string {
    const { kind, reader, source } = this.#parts;
    if (kind !== "response" || this.status === DUBBO_STATUS.ok || !this.#isHessian) return "";
    return reader.text(source) ?? "";
  }

  /** An attachment that is a string; `version` also by what stands in front of the method. */
  header(name: string): string | undefined {
    const attachments = this.#readAttachments();
    const value = attachments === undefined ? undefined : this.#parts.reader.header(attachments, name);
    return value ?? (name === "version" ? (this.invocation?.version ?? undefined) : undefined);
  }

  /** The attachments that are strings. */
  headers(): Iterable<readonly [name: string, value: string]> {
    const attachments = this.#readAttachments();
    return attachments === undefined ? [] : this.#parts.reader.headers(attachments);
  }

  /** The arguments of a call; of a response, what stands in front of its attachments; all of an opaque body. */
  get body(): Buffer {
    const { source } = this.#parts;
    const from = this.invocation?.argumentsAt ?? DUBBO_HEAD_BYTES;
    return source.subarray(from, this.#sourceTail()?.from ?? source.length);
  }

  get bytes(): readonly Buffer[] {
    const { front, source, tail } = this.#parts;
    if (front === source) return [source];
    const head = front.subarray(0, DUBBO_HEAD_BYTES);
    if (tail === undefined)
      return [head, source.subarray(DUBBO_HEAD_BYTES)].filter(({ length }) => length > 0);
    return [head, source.subarray(DUBBO_HEAD_BYTES, this.#sourceTail()?.from), tail.bytes];
  }

  get byteLength(): number {
    return DUBBO_HEAD_BYTES + uint32(this.#parts.front, 12);
  }

  withId(id: number, idHigh = 0): DubboFrame {
    const front = this.#copyHead();
    writeDubboId(front, 0, id, idHigh);
    return this.#spliced({ front });
  }

  withHeader(name: string, value: string | undefined): DubboFrame {
    return this.withHeaders(new Map([[name, value]]));
  }

  /** A response keeps its kind: one without attachments takes none, since its client may know of none. */
  withHeaders(changes: ReadonlyMap<string, string | undefined>): DubboFrame {
    const attachments = this.#readAttachments();
    if (attachments === undefined) return this;
    const tail = attachments.with(changes);
    const front = this.#copyHead();
    writeUint32(
      front,
      12,
      this.byteLength - DUBBO_HEAD_BYTES + tail.to - tail.from - (attachments.to - attachments.from),
    );
    return this.#spliced({ front, tail });
  }

  /** @throws {RangeError} for anything but an integer from 1 to 2^31-1. */
  withTimeout(timeoutMs: number): DubboFrame {
    checkTimeout(this.protocol, timeoutMs);
    return this.#isCall ? this.withHeader(TIMEOUT, String(timeoutMs)) : this;
  }

  get #isCall(): boolean {
    return this.#parts.kind === "request" || this.#parts.kind === "oneway";
  }

  get #isResponse(): boolean {
    return this.#parts.kind === "response" || this.#parts.kind === "heartbeat-ack";
  }

  get #isHessian(): boolean {
    return this.serialization === DUBBO_SERIALIZATION.hessian2;
  }

  #readAttachments(): Attachments | undefined {
    return this.#parts.tail ?? this.#sourceTail();
  }

  /** The attachments that came. */
  #sourceTail(): Attachments | undefined {
    this.#attachments ??= this.#findAttachments() ?? "none";
    return this.#attachments === "none" ? undefined : this.#attachments;
  }

  #findAttachments(): Attachments | undefined {
    const { reader, source, kind } = this.#parts;
    const { invocation } = this;
    if (invocation !== undefined) return reader.attachmentsOfRequest(source, invocation);
    const isResult = kind === "response" && this.status === DUBBO_STATUS.ok && this.#isHessian;
    return isResult ? reader.attachmentsOfResponse(source) : undefined;
  }

  #copyHead(): Buffer {
    const front = Buffer.allocUnsafe(DUBBO_HEAD_BYTES);
    this.#parts.front.copy(front, 0, 0, DUBBO_HEAD_BYTES);
    return front;
  }

  /** What was found once is not searched again. */
  #spliced(changes: Partial<Parts>): DubboFrame {
    const frame = new DubboFrame({ ...this.#parts, ...changes });
    frame.#invocation = this.#invocation;
    frame.#attachments = this.#attachments;
    return frame;
  }
}

/** A reader has tables and limits; those that share limits, which are those of a connection, share one. */
const readers = new WeakMap<DecodeLimits, BodyReader>();
const DEFAULT_LIMITS: DecodeLimits = decodeLimits();

/**
 * The frame that is all of `bytes`, which it keeps. Its serialization is whatever it says.
 *
 * @param limits For what is read later. Default: those of `decodeLimits`.
 * @throws {DecodeError} for bytes that begin as no frame does, that are too few or too many, and for an event that is none.
 */
export function readDubboFrame(bytes: Buffer, limits: DecodeLimits = DEFAULT_LIMITS): DubboFrame {
  const head = createDubboHead();
  const length = readDubboHead(bytes, 0, head);
  if (length !== bytes.length) {
    const what = length === 0 ? `a head of ${DUBBO_HEAD_BYTES}` : `a frame of ${length}`;
    throw new DecodeError("DATA_LOSS", `dubbo frame: ${bytes.length} bytes for ${what} bytes`, bytes.length);
  }
  let reader = readers.get(limits);
  if (reader === undefined) {
    reader = new BodyReader(limits);
    readers.set(limits, reader);
  }
  return new DubboFrame({
    front: bytes,
    source: bytes,
    tail: undefined,
    kind: kindOf(head, bytes, reader),
    reader,
  });
}

function kindOf(head: DubboHead, bytes: Buffer, reader: BodyReader): FrameKind {
  if (head.isEvent) return eventOf(head, bytes, reader);
  if (!head.isRequest) return "response";
  return head.isTwoWay ? "request" : "oneway";
}

/** An event in another serialization than Hessian says nothing here: heartbeats are all that clients of these send. */
function eventOf(head: DubboHead, bytes: Buffer, reader: BodyReader): FrameKind {
  if (head.bodyLength > MAX_EVENT_BYTES) {
    const what = `an event of ${head.bodyLength} bytes is over the limit of ${MAX_EVENT_BYTES} bytes`;
    throw new DecodeError("RESOURCE_EXHAUSTED", `dubbo frame: ${what}`, 12);
  }
  const event = head.serialization === DUBBO_SERIALIZATION.hessian2 ? reader.text(bytes) : null;
  if (!head.isRequest) return "heartbeat-ack";
  if (event === null) return "heartbeat";
  if (event === "R") return "goaway";
  if (event === "W") return "resume";
  throw new DecodeError(
    "INVALID_ARGUMENT",
    `dubbo frame: nobody knows an event "${event}"`,
    DUBBO_HEAD_BYTES,
  );
}
