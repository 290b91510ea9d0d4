import { isDubbo } from "../detect/rpc.ts";
import type { FrameCodec } from "../frame/frame-codec.ts";
import { DecodeError } from "../limits/decode-error.ts";
import { readDubboFrame } from "./frame.ts";
import { createDubboHead, readDubboHead, SERIALIZATION, writeDubboId } from "./head.ts";
import { hessianTexts } from "./hessian-text.ts";
import { DUBBO_SERIALIZATION } from "./serialization.ts";
import { codeOfDubboStatus, DUBBO_STATUS, dubboStatusOf } from "./status.ts";
import { writeDubboFrame } from "./write-frame.ts";

export interface DubboCodecOptions {
  /**
   * Those that are taken, of `DUBBO_SERIALIZATION`. Default `hessian2` and `protobuf`: the client chooses, and with some of
   * the others what a Java server runs (CVE-2021-25641). Bodies in another one than `hessian2` are opaque: they are passed on by
   * their ids, and say neither service nor method.
   */
  readonly serializations?: readonly number[];
}

const NULL = hessianTexts(null);
const READ_ONLY = hessianTexts("R");

/** @throws {RangeError} for a serialization that is no number of five bits. */
export function dubboCodec(options: DubboCodecOptions = {}): FrameCodec {
  const { serializations = [DUBBO_SERIALIZATION.hessian2, DUBBO_SERIALIZATION.protobuf] } = options;
  const odd = serializations.find((id) => !Number.isInteger(id) || id < 0 || id > SERIALIZATION);
  if (odd !== undefined)
    throw new RangeError(`dubbo codec: a serialization is an integer from 0 to 31, got ${odd}`);
  const allowed = new Set(serializations);
  const head = createDubboHead();
  return {
    name: "dubbo",
    detect: isDubbo,
    maxDetectBytes: 2,
    measure(bytes, at, end, { maxBytes }) {
      const length = readDubboHead(bytes, at, head, end);
      if (length > maxBytes) {
        const what = `body length ${head.bodyLength} bytes is over the limit of ${maxBytes} bytes`;
        throw new DecodeError("RESOURCE_EXHAUSTED", `dubbo frame: ${what}, the head counted`, 12);
      }
      if (length > 0 && !allowed.has(head.serialization)) {
        const what = `serialization ${head.serialization} is not allowed`;
        throw new DecodeError(
          "INVALID_ARGUMENT",
          `dubbo frame: ${what}; expected ${[...allowed].join(", ")}`,
          2,
        );
      }
      return length;
    },
    read: readDubboFrame,
    writeId: writeDubboId,
    heartbeat: (id) => writeDubboFrame({ isRequest: true, isTwoWay: true, isEvent: true, id, body: NULL }),
    // Also to one in another serialization: what Java compares is the event's bit.
    heartbeatAck: ({ id, idHigh }) =>
      writeDubboFrame({ isEvent: true, status: DUBBO_STATUS.ok, id, idHigh, body: NULL }),
    goaway: (id) => writeDubboFrame({ isRequest: true, isEvent: true, id, body: READ_ONLY }),
    refuse({ id, idHigh }, { code, message }) {
      return writeDubboFrame({ status: dubboStatusOf(code), id, idHigh, body: hessianTexts(message) });
    },
    outcome: (response) => codeOfDubboStatus(response.status),
  };
}

/**
 * Dubbo 2, as `dubbo://` has it.
 *
 * `goaway` gives the read-only event, on which Java's clients choose other providers. What begins as no frame is an error: there
 * is no telnet server, and no looking for the next frame.
 */
export const dubbo: FrameCodec = dubboCodec();
