import { HessianWriter } from "../hessian/hessian-writer.ts";
import { JavaObject } from "../hessian/java-object.ts";
import { PROFILES } from "../hessian/profile.ts";
import { readTrFrame, type TrFrame } from "./frame.ts";
import { ONEWAY, TR_HEAD_BYTES, TR_SERIALIZER } from "./head.ts";

const REQUEST_CLASS = "com.taobao.remoting.impl.ConnectionRequest";
const RESPONSE_CLASS = "com.taobao.remoting.impl.ConnectionResponse";
const TWO_WAY = 2;

/** What a frame of TR says. It is written in Hessian's older dialect. */
export interface TrFields {
  /** Default `false`. */
  readonly isResponse?: boolean;
  /** Default `false`. */
  readonly isOneway?: boolean;
  readonly id: number;
  /** Default 0. */
  readonly idHigh?: number;
  /** Of a response: default 0, served. */
  readonly result?: number;
  /** Of a response: what was wrong. Default `null`. */
  readonly errorMessage?: string | null;
  /** Up to 255 bytes. Default empty. */
  readonly className?: string;
  /** The application's object. Copied. Default empty. */
  readonly content?: Buffer;
}

/** @throws {RangeError} for a class name over 255 bytes. */
export function writeTrFrame(fields: TrFields): TrFrame {
  const { isResponse = false, isOneway = false, className = "", content = Buffer.alloc(0) } = fields;
  const connection = isResponse ? connectionResponse(fields) : connectionRequest(fields);
  const writer = new HessianWriter({ profile: PROFILES["sofa-3"] }).begin();
  writer.any(connection);
  const object = writer.take();
  const name = Buffer.from(className);
  const head = Buffer.alloc(TR_HEAD_BYTES);
  head.writeUInt8(0x0d);
  head.writeUInt8(isResponse ? 1 : 0, 1);
  head.writeUInt8(TR_SERIALIZER.hessian, 2);
  head.writeUInt8(isOneway ? ONEWAY : TWO_WAY, 3);
  head.writeUInt32BE(object.length, 5);
  head.writeUInt8(name.length, 9);
  head.writeUInt32BE(content.length, 10);
  return readTrFrame(Buffer.concat([head, object, name, content]));
}

/** Its context refers back to it, as an inner class of Java does. */
function connectionRequest({ id, idHigh }: TrFields): JavaObject {
  const fields = ["ctx", "fromAppKey", "toAppKey", "encryptedToken"];
  const request = new JavaObject({ name: REQUEST_CLASS, fields }, [null, null, null, null]);
  const context = `${REQUEST_CLASS}$RequestContext`;
  request.values[0] = JavaObject.of(context, [
    ["id", long(id, idHigh)],
    ["this$0", request],
  ]);
  return request;
}

function connectionResponse({ id, idHigh, result = 0, errorMessage = null }: TrFields): JavaObject {
  return JavaObject.of(RESPONSE_CLASS, [
    ["ctx", JavaObject.of(`${RESPONSE_CLASS}$ResponseContext`, [["id", long(id, idHigh)]])],
    ["host", null],
    ["result", result],
    ["errorMsg", errorMessage],
    ["errorStack", null],
    ["fromAppKey", null],
    ["toAppKey", null],
  ]);
}

function long(id: number, idHigh = 0): bigint {
  return BigInt.asIntN(64, (BigInt(idHigh >>> 0) << 32n) | BigInt(id >>> 0));
}
