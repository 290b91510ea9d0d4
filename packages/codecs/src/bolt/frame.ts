import { crc32 } from "node:zlib";
import { checkTimeout } from "../frame/check-timeout.ts";
import type { Frame, FrameKind } from "../frame/frame.ts";
import { BOLT_COMMAND, BOLT_TYPE } from "./command.ts";
import { endOfText, findBoltHeader, lengthOfTexts, rangesWithout, textAt, writeTexts } from "./header-map.ts";
import { checkShortLength } from "./short-length.ts";
import { SOFA_HEADER } from "./sofa.ts";

/** Where the parts of a frame are, which a splice takes from different buffers. */
export interface BoltParts {
  /** Begins with the head. */
  readonly front: Buffer;
  readonly headLength: number;
  /** Holds class and header map, one behind the other. */
  readonly names: Buffer;
  readonly namesAt: number;
  readonly classLength: number;
  readonly headersLength: number;
  readonly content: Buffer;
  readonly contentAt: number;
  readonly contentLength: number;
  readonly hasChecksum: boolean;
  /** All of it, as it came. */
  readonly whole: Buffer | undefined;
}

/**
 * A frame of Bolt. Nothing is read of it before it is asked for; what is changed is its head, or its header map: class and
 * content stay where they are, and a check sum is computed when somebody takes the bytes.
 *
 * ```ts
 * import { readBoltFrame, SOFA_HEADER, sofaCallHeaders, writeBoltFrame } from "@dualmesh/codecs/bolt";
 *
 * const call = writeBoltFrame({
 *   type: 1,
 *   command: 1,
 *   id: 7,
 *   timeoutMs: 3_000,
 *   className: "com.alipay.sofa.rpc.core.request.SofaRequest",
 *   headers: sofaCallHeaders({ service: "com.example.Greeter:1.0", method: "greet" }),
 *   content: Buffer.from([0x4e]),
 * });
 * const frame = readBoltFrame(Buffer.concat(call.bytes));
 * console.log(frame.service, frame.method, frame.timeoutMs); // => com.example.Greeter:1.0 greet 3000
 * const moved = frame.withId(4_294_967_295).withHeader(SOFA_HEADER.targetService, "com.example.Greeter:2.0");
 * console.log(moved.id, moved.header(SOFA_HEADER.targetService)); // => 4294967295 com.example.Greeter:2.0
 * ```
 */
export class BoltFrame implements Frame {
  readonly protocol = "bolt";
  readonly idHigh = 0;
  readonly #parts: BoltParts;
  #bytes: readonly Buffer[] | undefined;

  /** @internal Frames come from `readBoltFrame` and `writeBoltFrame`. */
  constructor(parts: BoltParts) {
    this.#parts = parts;
  }

  get kind(): FrameKind {
    const { type } = this;
    switch (this.command) {
      case BOLT_COMMAND.heartbeat:
        return type === BOLT_TYPE.response ? "heartbeat-ack" : "heartbeat";
      case BOLT_COMMAND.goAway:
        return "goaway";
      default:
        if (type === BOLT_TYPE.response) return "response";
        return type === BOLT_TYPE.oneway ? "oneway" : "request";
    }
  }

  get id(): number {
    return this.#parts.front.readUInt32BE(this.#shift + 5);
  }

  /** `service`, or what a SOFA client calls it beside. */
  get service(): string {
    return this.header(SOFA_HEADER.service) ?? this.header(SOFA_HEADER.targetService) ?? "";
  }

  get method(): string {
    return this.header(SOFA_HEADER.method) ?? "";
  }

  /** Java's one-way calls and MOSN's heartbeats say -1, which is nothing. */
  get timeoutMs(): number | undefined {
    if (this.type === BOLT_TYPE.response) return undefined;
    const timeoutMs = this.#parts.front.readInt32BE(this.#parts.headLength - 12);
    return timeoutMs > 0 ? timeoutMs : undefined;
  }

  get status(): number {
    if (this.type !== BOLT_TYPE.response) return -1;
    return this.#parts.front.readUInt16BE(this.#parts.headLength - 10);
  }

  /** 1 or 2: the generation of the protocol. */
  get generation(): 1 | 2 {
    return this.#parts.front[0] === 2 ? 2 : 1;
  }

  /** Of v2: 1 or 2. 0 in v1. */
  get version(): number {
    return this.generation === 2 ? (this.#parts.front[1] as number) : 0;
  }

  /** One of `BOLT_TYPE`. */
  get type(): number {
    return this.#parts.front[this.#shift + 1] as number;
  }

  /** One of `BOLT_COMMAND`. */
  get command(): number {
    return this.#parts.front.readUInt16BE(this.#shift + 2);
  }

  /** One of `BOLT_SERIALIZER`, or another byte. */
  get serializer(): number {
    return this.#parts.front[this.#shift + 9] as number;
  }

  /** Whether the bit for a check sum is set, which in version 1 has none. */
  get switch(): boolean {
    return this.generation === 2 && this.#parts.front[11] === 1;
  }

  /** Whether 4 bytes of CRC-32 follow the content. */
  get hasChecksum(): boolean {
    return this.#parts.hasChecksum;
  }

  /** The class of the content, as Java names it; empty if it does not say. */
  get className(): string {
    const { names, namesAt, classLength } = this.#parts;
    return names.toString("utf8", namesAt, namesAt + classLength);
  }

  header(name: string): string | undefined {
    const { names } = this.#parts;
    const at = findBoltHeader(names, this.#headersAt, this.#headersEnd, name);
    return at < 0 ? undefined : (textAt(names, at) ?? undefined);
  }

  /** Pairs with a null are left out, as Java's readers do. */
  *headers(): Generator<readonly [name: string, value: string]> {
    const { names } = this.#parts;
    for (let at = this.#headersAt; at < this.#headersEnd; ) {
      const valueAt = endOfText(names, at);
      const [name, value] = [textAt(names, at), textAt(names, valueAt)];
      if (name !== null && value !== null) yield [name, value];
      at = endOfText(names, valueAt);
    }
  }

  get body(): Buffer {
    const { content, contentAt, contentLength } = this.#parts;
    return content.subarray(contentAt, contentAt + contentLength);
  }

  get bytes(): readonly Buffer[] {
    this.#bytes ??= this.#parts.whole === undefined ? this.#join() : [this.#parts.whole];
    return this.#bytes;
  }

  get byteLength(): number {
    const { headLength, classLength, headersLength, contentLength, hasChecksum } = this.#parts;
    return headLength + classLength + headersLength + contentLength + (hasChecksum ? 4 : 0);
  }

  withId(id: number): BoltFrame {
    const front = this.#copyHead(this.#parts.headLength);
    front.writeUInt32BE(id >>> 0, this.#shift + 5);
    return new BoltFrame({ ...this.#parts, front, whole: undefined });
  }

  /** @throws {MeshError} as {@link BoltFrame.withHeaders}. */
  withHeader(name: string, value: string | undefined): BoltFrame {
    return this.withHeaders(new Map([[name, value]]));
  }

  /** @throws {MeshError} `RESOURCE_EXHAUSTED` for a header map that grows over 32,767 bytes. */
  withHeaders(changes: ReadonlyMap<string, string | undefined>): BoltFrame {
    // A GoAway with a header map would be no GoAway.
    if (this.kind === "goaway") return this;
    const { front: known, names, namesAt, headLength, classLength } = this.#parts;
    // The head goes along where it lies in front of them.
    const isOneFront = names === known && namesAt === headLength;
    const from = isOneFront ? 0 : namesAt;
    const ranges = rangesWithout(names, from, this.#headersAt, this.#headersEnd, [...changes.keys()]);
    const added: string[] = [];
    for (const [name, value] of changes) if (value !== undefined) added.push(name, value);
    let length = isOneFront ? 0 : headLength;
    for (let i = 0; i < ranges.length; i += 2) length += (ranges[i + 1] as number) - (ranges[i] as number);
    const addedAt = length;
    length += lengthOfTexts(added);
    const headersLength = length - headLength - classLength;
    checkShortLength("header map", headersLength);
    const front = Buffer.allocUnsafe(length);
    let at = isOneFront ? 0 : known.copy(front, 0, 0, headLength);
    for (let i = 0; i < ranges.length; i += 2) at += names.copy(front, at, ranges[i], ranges[i + 1]);
    writeTexts(front, addedAt, added);
    front.writeUInt16BE(headersLength, headLength - 6);
    const changed = { names: front, namesAt: headLength, headersLength };
    return new BoltFrame({ ...this.#parts, ...changed, front, whole: undefined });
  }

  /** @throws {RangeError} for anything but an integer from 1 to 2^31-1. */
  withTimeout(timeoutMs: number): BoltFrame {
    checkTimeout(this.protocol, timeoutMs);
    if (this.type === BOLT_TYPE.response) return this;
    const { headLength } = this.#parts;
    const front = this.#copyHead(headLength);
    front.writeInt32BE(timeoutMs, headLength - 12);
    return new BoltFrame({ ...this.#parts, front, whole: undefined });
  }

  /** v2 has one byte more in front of its type. */
  get #shift(): number {
    return this.#parts.front[0] === 2 ? 1 : 0;
  }

  get #headersAt(): number {
    return this.#parts.namesAt + this.#parts.classLength;
  }

  get #headersEnd(): number {
    return this.#headersAt + this.#parts.headersLength;
  }

  #copyHead(length: number): Buffer {
    const front = Buffer.allocUnsafe(length);
    this.#parts.front.copy(front, 0, 0, this.#parts.headLength);
    return front;
  }

  /** Parts that lie behind each other are one piece: fewer for the socket to write. */
  #join(): Buffer[] {
    const { front, headLength, names, namesAt, content, contentAt, contentLength } = this.#parts;
    const namesEnd = this.#headersEnd;
    const contentEnd = contentAt + contentLength;
    const isOneBehind = content === names && contentAt === namesEnd;
    const pieces: Buffer[] = [];
    if (names === front && namesAt === headLength)
      addPiece(pieces, front, 0, isOneBehind ? contentEnd : namesEnd);
    else {
      addPiece(pieces, front, 0, headLength);
      addPiece(pieces, names, namesAt, isOneBehind ? contentEnd : namesEnd);
    }
    if (!isOneBehind) addPiece(pieces, content, contentAt, contentEnd);
    if (this.#parts.hasChecksum) {
      const sum = Buffer.allocUnsafe(4);
      sum.writeUInt32BE(pieces.reduce((crc, piece) => crc32(piece, crc), 0));
      pieces.push(sum);
    }
    return pieces;
  }
}

/** No piece for no bytes, and no view of all of a buffer. */
function addPiece(pieces: Buffer[], of: Buffer, from: number, to: number): void {
  if (from < to) pieces.push(from === 0 && to === of.length ? of : of.subarray(from, to));
}
