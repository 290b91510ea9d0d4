import { type DubboFrame, readDubboFrame } from "./frame.ts";
import { DUBBO_HEAD_BYTES, EVENT, REQUEST, SERIALIZATION, TWO_WAY, writeDubboId } from "./head.ts";
import { hessianTexts } from "./hessian-text.ts";
import { DUBBO_SERIALIZATION } from "./serialization.ts";

/** What a frame of Dubbo says. */
export interface DubboFields {
  /** Default `false`: a response. */
  readonly isRequest?: boolean;
  /** Default `false`. */
  readonly isTwoWay?: boolean;
  /** Default `false`. */
  readonly isEvent?: boolean;
  /** One of `DUBBO_SERIALIZATION`, or another of five bits. Default `hessian2`. */
  readonly serialization?: number;
  /** Of a response: one of `DUBBO_STATUS`. Default 0. */
  readonly status?: number;
  /** Unsigned, 32 bits: the lower half. */
  readonly id: number;
  /** The upper half. Default 0. */
  readonly idHigh?: number;
  /** Copied. Default empty. */
  readonly body?: Buffer;
}

/** A call in Hessian. */
export interface DubboCall {
  readonly id: number;
  readonly idHigh?: number;
  /** Default `true`. */
  readonly isTwoWay?: boolean;
  /** Of the protocol. Default `2.0.2`, to which servers answer with attachments. */
  readonly dubboVersion?: string;
  /** Path or interface. */
  readonly service: string;
  /** Of the service. Default `null`. */
  readonly version?: string | null;
  readonly method: string;
  /** The descriptor of the method's parameters. Default empty: none. */
  readonly descriptor?: string;
  /** As many values in Hessian as the descriptor has types, in one stream. Default empty. */
  readonly arguments?: Buffer;
  readonly attachments?: ReadonlyMap<string, string>;
}

/**
 * The frame of its fields.
 *
 * @throws {DecodeError} for an event that is none.
 */
export function writeDubboFrame(fields: DubboFields): DubboFrame {
  const { body, serialization = DUBBO_SERIALIZATION.hessian2 } = fields;
  const bytes = Buffer.allocUnsafe(DUBBO_HEAD_BYTES + (body?.length ?? 0));
  bytes.writeUInt16BE(0xdabb);
  const flags =
    (fields.isRequest ? REQUEST : 0) | (fields.isTwoWay ? TWO_WAY : 0) | (fields.isEvent ? EVENT : 0);
  bytes.writeUInt8(flags | (serialization & SERIALIZATION), 2);
  bytes.writeUInt8(fields.status ?? 0, 3);
  writeDubboId(bytes, 0, fields.id, fields.idHigh);
  bytes.writeUInt32BE(body?.length ?? 0, 12);
  body?.copy(bytes, DUBBO_HEAD_BYTES);
  return readDubboFrame(bytes);
}

/** The frame of a call. */
export function writeDubboCall(call: DubboCall): DubboFrame {
  const { dubboVersion = "2.0.2", service, version = null, method, descriptor = "", attachments } = call;
  const { id, idHigh = 0, isTwoWay = true } = call;
  const front = hessianTexts(dubboVersion, service, version, method, descriptor);
  const pairs = hessianTexts(...[...(attachments ?? [])].flat());
  const body = Buffer.concat([
    front,
    call.arguments ?? Buffer.alloc(0),
    Buffer.of(0x48),
    pairs,
    Buffer.of(0x5a),
  ]);
  return writeDubboFrame({ isRequest: true, isTwoWay, id, idHigh, body });
}
