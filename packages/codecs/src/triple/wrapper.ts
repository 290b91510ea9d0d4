import { type DecodeLimits, decodeLimits } from "../limits/decode-limits.ts";
import { WireReader } from "../protobuf/wire-reader.ts";
import { WIRE, WireWriter } from "../protobuf/wire-writer.ts";

// The three messages in which Triple sends what has no schema of Protocol Buffers:
//
//   TripleRequestWrapper    1 serializeType string | 2 args bytes, repeated | 3 argTypes string, repeated
//   TripleResponseWrapper   1 serializeType string | 2 data bytes           | 3 type string
//   TripleExceptionWrapper  1 language string      | 2 serialization string | 3 className string | 4 data bytes
//
// Fields of other numbers are skipped; of one that comes twice and is not repeated, the last counts.

/** A call. */
export interface TripleRequest {
  /** `hessian4`, `hessian2`, `fastjson2` … */
  readonly serializeType: string;
  /** Each argument on its own. Those that were read are views of the message. */
  readonly args: readonly Buffer[];
  /** Java's names of the parameters' types: `int`, `java.lang.String`, `[Lcom.example.Order;`. */
  readonly argTypes: readonly string[];
}

/** What a method returned, or threw. */
export interface TripleResponse {
  readonly serializeType: string;
  readonly data: Buffer;
  /** Java's name of the type: `java.lang.String`. */
  readonly type: string;
}

/** An exception as the first releases of Dubbo 3 send it, in the trailer `tri-exception-bin`. */
export interface TripleException {
  /** `java` */
  readonly language: string;
  readonly serialization: string;
  readonly className: string;
  readonly data: Buffer;
}

const DEFAULT_LIMITS: DecodeLimits = decodeLimits();
const NOTHING = Buffer.alloc(0);

const WRITER = new WireWriter();

export function writeTripleRequest({ serializeType, args, argTypes }: TripleRequest): Buffer {
  const writer = WRITER.begin();
  text(writer, 1, serializeType);
  // Arguments and types stand in pairs, so that an empty one must not be left out.
  for (const argument of args) binary(writer, 2, argument);
  for (const type of argTypes) {
    writer.tag(3, WIRE.bytes);
    writer.string(type);
  }
  return writer.take();
}

/**
 * ```ts
 * import { readTripleRequest, writeTripleRequest } from "@dualmesh/codecs/triple";
 *
 * const bytes = writeTripleRequest({
 *   serializeType: "hessian4",
 *   args: [Buffer.from([0x01, 0x78])],
 *   argTypes: ["java.lang.String"],
 * });
 * console.log(readTripleRequest(bytes).argTypes); // => [ 'java.lang.String' ]
 * ```
 * @param limits Default: those of `decodeLimits`. More arguments than `maxNodes` are refused.
 * @throws {DecodeError} for bytes that are no such message.
 */
export function readTripleRequest(bytes: Buffer, limits: DecodeLimits = DEFAULT_LIMITS): TripleRequest {
  const reader = new WireReader(bytes, limits, "triple request");
  let serializeType = "";
  const args: Buffer[] = [];
  const argTypes: string[] = [];
  while (reader.next()) {
    if (reader.field === 1) serializeType = readText(reader);
    else if (reader.field === 2) args.push(readBinary(reader));
    else if (reader.field === 3) argTypes.push(readText(reader));
    else reader.skip();
  }
  return { serializeType, args, argTypes };
}

export function writeTripleResponse({ serializeType, data, type }: TripleResponse): Buffer {
  const writer = WRITER.begin();
  text(writer, 1, serializeType);
  if (data.length > 0) binary(writer, 2, data);
  text(writer, 3, type);
  return writer.take();
}

/** @throws {DecodeError} for bytes that are no such message. */
export function readTripleResponse(bytes: Buffer, limits: DecodeLimits = DEFAULT_LIMITS): TripleResponse {
  const reader = new WireReader(bytes, limits, "triple response");
  let serializeType = "";
  let data: Buffer = NOTHING;
  let type = "";
  while (reader.next()) {
    if (reader.field === 1) serializeType = readText(reader);
    else if (reader.field === 2) data = readBinary(reader);
    else if (reader.field === 3) type = readText(reader);
    else reader.skip();
  }
  return { serializeType, data, type };
}

export function writeTripleException(exception: TripleException): Buffer {
  const writer = WRITER.begin();
  text(writer, 1, exception.language);
  text(writer, 2, exception.serialization);
  text(writer, 3, exception.className);
  if (exception.data.length > 0) binary(writer, 4, exception.data);
  return writer.take();
}

/** @throws {DecodeError} for bytes that are no such message. */
export function readTripleException(bytes: Buffer, limits: DecodeLimits = DEFAULT_LIMITS): TripleException {
  const reader = new WireReader(bytes, limits, "triple exception");
  const texts = ["", "", "", ""];
  let data: Buffer = NOTHING;
  while (reader.next()) {
    if (reader.field <= 3) texts[reader.field] = readText(reader);
    else if (reader.field === 4) data = readBinary(reader);
    else reader.skip();
  }
  const [, language = "", serialization = "", className = ""] = texts;
  return { language, serialization, className, data };
}

function text(writer: WireWriter, field: number, value: string): void {
  if (value === "") return;
  writer.tag(field, WIRE.bytes);
  writer.string(value);
}

function binary(writer: WireWriter, field: number, value: Uint8Array): void {
  writer.tag(field, WIRE.bytes);
  writer.binary(value);
}

function readText(reader: WireReader): string {
  reader.expect(WIRE.bytes, "string");
  return reader.string();
}

function readBinary(reader: WireReader): Buffer {
  reader.expect(WIRE.bytes, "bytes");
  return reader.view();
}
