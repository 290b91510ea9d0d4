import { HessianSkipper } from "../hessian/hessian-skipper.ts";
import { DecodeError } from "../limits/decode-error.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { Attachments } from "./attachments.ts";
import { parseDescriptor } from "./descriptor.ts";
import { DUBBO_HEAD_BYTES } from "./head.ts";

/** What stands in front of the arguments of a call. */
export interface Invocation {
  /** Of the client's protocol: `2.0.2`. Empty if it does not say. */
  readonly dubboVersion: string;
  /** Path or interface. */
  readonly service: string;
  /** Of the service; `null` if it does not say. */
  readonly version: string | null;
  readonly method: string;
  readonly descriptor: string;
  readonly argumentsAt: number;
}

/** What a response is, which its first value says. */
export const DUBBO_RESULT = {
  exception: 0,
  value: 1,
  null: 2,
  exceptionWithAttachments: 3,
  valueWithAttachments: 4,
  nullWithAttachments: 5,
} as const;

const INT_0 = 0x90;

/** What a skipper is given when it is done: an idle connection holds no bytes of its last frame. */
const NOTHING = Buffer.alloc(0);

/**
 * Reads the parts of a body that are written in Hessian's dialect 4, from a whole frame.
 *
 * ```text
 * request    "2.0.2" | path | version or null | method | descriptor | arguments … | attachments
 * response   0 … 5 | exception or value, but for 2 and 5 | attachments, for 3 to 5
 * other      a text, where the status is not 20
 * ```
 * @see org.apache.dubbo.rpc.protocol.dubbo.DubboCodec, DecodeableRpcInvocation, DecodeableRpcResult
 */
export class BodyReader {
  readonly #skipper: HessianSkipper;
  readonly #maxHeaders: number;

  constructor(limits: DecodeLimits) {
    this.#skipper = new HessianSkipper("4", limits);
    this.#maxHeaders = limits.maxHeaders;
  }

  /** @throws {DecodeError} for anything but five strings, and for a method that is null. */
  invocation(bytes: Buffer): Invocation {
    const skipper = this.#skipper.begin(bytes, DUBBO_HEAD_BYTES);
    const dubboVersion = skipper.string() ?? "";
    const service = skipper.string() ?? "";
    const version = skipper.string();
    const method = skipper.string();
    if (method === null) return this.#refuse("its method is null", skipper.at);
    const descriptor = skipper.string() ?? "";
    const argumentsAt = skipper.at;
    skipper.begin(NOTHING);
    return { dubboVersion, service, version, method, descriptor, argumentsAt };
  }

  /** @throws {DecodeError} for arguments or attachments that are none. */
  attachmentsOfRequest(bytes: Buffer, { descriptor, argumentsAt }: Invocation): Attachments {
    const count = parseDescriptor(descriptor).length;
    const skipper = this.#skipper.begin(bytes, argumentsAt);
    for (let i = 0; i < count; i++) skipper.skip();
    return this.#attachments();
  }

  /**
   * @returns `undefined` if its kind has none.
   * @throws {DecodeError} for an unknown kind of result, for a value that is none, and for what follows the last one.
   */
  attachmentsOfResponse(bytes: Buffer): Attachments | undefined {
    const kind = this.resultOf(bytes);
    const skipper = this.#skipper.begin(bytes, DUBBO_HEAD_BYTES + 1);
    if (kind % 3 !== DUBBO_RESULT.null) skipper.skip();
    if (kind >= DUBBO_RESULT.exceptionWithAttachments) return this.#attachments();
    skipper.finish();
    skipper.begin(NOTHING);
    return undefined;
  }

  /** One of `DUBBO_RESULT`. Only its form of one byte: nobody writes another. */
  resultOf(bytes: Buffer): number {
    const byte = bytes[DUBBO_HEAD_BYTES];
    if (byte === undefined)
      throw new DecodeError("DATA_LOSS", "dubbo frame: a response of no bytes", DUBBO_HEAD_BYTES);
    const kind = byte - INT_0;
    if (kind >= 0 && kind <= DUBBO_RESULT.nullWithAttachments) return kind;
    return this.#refuse(`no result begins with 0x${byte.toString(16).padStart(2, "0")}`, DUBBO_HEAD_BYTES);
  }

  /** @throws {DecodeError} for anything but one string, or null. */
  text(bytes: Buffer): string | null {
    const skipper = this.#skipper.begin(bytes, DUBBO_HEAD_BYTES);
    const text = skipper.string();
    skipper.finish();
    skipper.begin(NOTHING);
    return text;
  }

  header(attachments: Attachments, name: string): string | undefined {
    const value = attachments.get(name, this.#skipper);
    this.#skipper.begin(NOTHING);
    return value;
  }

  headers(attachments: Attachments): Iterable<readonly [name: string, value: string]> {
    return attachments.texts(this.#skipper);
  }

  #attachments(): Attachments {
    const attachments = Attachments.read(this.#skipper, this.#maxHeaders);
    this.#skipper.begin(NOTHING);
    return attachments;
  }

  #refuse(what: string, offset: number): never {
    throw new DecodeError("INVALID_ARGUMENT", `dubbo frame: ${what}`, offset);
  }
}
