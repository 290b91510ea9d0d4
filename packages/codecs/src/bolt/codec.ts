import { isBolt } from "../detect/rpc.ts";
import type { Frame } from "../frame/frame.ts";
import type { FrameCodec, FrameRefusal } from "../frame/frame-codec.ts";
import { DecodeError } from "../limits/decode-error.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { BOLT_COMMAND, BOLT_TYPE } from "./command.ts";
import { BoltFrame } from "./frame.ts";
import { createBoltHead, readBoltHead, writeBoltId } from "./head.ts";
import { writeBoltHeaders } from "./header-map.ts";
import { readBoltFrame } from "./read-frame.ts";
import { boltStatusOf, codeOfBoltStatus } from "./status.ts";
import { type BoltFields, writeBoltFrame } from "./write-frame.ts";

export interface BoltCodecOptions {
  /** How this side's own heartbeats and GoAways are written. Default 1. All frames are read, and answered in kind. */
  readonly protocol?: 1 | 2;
  /** Whether they have a check sum, which only v2 has. Default `false`. */
  readonly checksum?: boolean;
}

/** The header that tells people why nobody upstream answered. Java's clients go by the status. */
export const BOLT_REFUSAL_HEADER = "dualmesh_refusal";

/** @throws {RangeError} for a check sum in v1. */
export function boltCodec(options: BoltCodecOptions = {}): FrameCodec {
  const { protocol = 1, checksum = false } = options;
  if (checksum && protocol === 1)
    throw new RangeError("bolt codec: v1 has no check sum; expected protocol 2");
  const head = createBoltHead();
  const own = (fields: BoltFields): BoltFrame => writeBoltFrame({ ...fields, protocol, checksum });
  return {
    name: "bolt",
    detect: isBolt,
    maxDetectBytes: 5,
    measure(bytes, at, end, limits) {
      const length = readBoltHead(bytes, at, head, end);
      if (length > limits.maxBytes) refuseLength(length, head.contentLength, limits);
      return length;
    },
    read: readBoltFrame,
    writeId: writeBoltId,
    heartbeat: (id) => own({ type: BOLT_TYPE.request, command: BOLT_COMMAND.heartbeat, id }),
    heartbeatAck: (heartbeat) => answer(heartbeat, BOLT_COMMAND.heartbeat, 0),
    goaway: (id) => own({ type: BOLT_TYPE.request, command: BOLT_COMMAND.goAway, id, timeoutMs: 0 }),
    refuse(request, refusal) {
      return answer(request, BOLT_COMMAND.response, boltStatusOf(refusal.code), refusal);
    },
    outcome: (response) => codeOfBoltStatus(response.status),
  };
}

/**
 * Bolt, v1 and v2; heartbeats in v1, which all peers take.
 *
 * `goaway` gives MOSN's command 100. Java closes the connection on it, calls in flight with it: it is for whoever is known to
 * take it, and everybody else drains when the connection is closed behind the last answer.
 *
 * `outcome` goes by the status alone. SOFARPC answers for a service or a method that it has not with status 0, and marks it as
 * it marks exceptions of the application: that is `OK` here.
 */
export const bolt: FrameCodec = boltCodec();

/** In the layout of what it answers, with a check sum if that had one. */
function answer(to: Frame, command: number, status: number, refusal?: FrameRefusal): BoltFrame {
  if (!(to instanceof BoltFrame)) throw new TypeError(`bolt codec: a frame of ${to.protocol}; expected bolt`);
  return writeBoltFrame({
    protocol: to.generation,
    ...(to.generation === 2 && { version: to.version === 2 ? 2 : 1 }),
    checksum: to.switch,
    type: BOLT_TYPE.response,
    command,
    id: to.id,
    serializer: to.serializer,
    status,
    ...(refusal && { headers: writeBoltHeaders([[BOLT_REFUSAL_HEADER, refusal.message.slice(0, 1_024)]]) }),
  });
}

function refuseLength(length: number, contentLength: number, { maxBytes }: DecodeLimits): never {
  const isContent = contentLength > maxBytes;
  const what = isContent ? `content length ${contentLength}` : `length ${length}`;
  throw new DecodeError(
    "RESOURCE_EXHAUSTED",
    `bolt frame: ${what} bytes is over the limit of ${maxBytes} bytes`,
    0,
  );
}
