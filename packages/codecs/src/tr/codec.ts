import type { Code } from "@dualmesh/core";
import { isTr } from "../detect/rpc.ts";
import type { Frame } from "../frame/frame.ts";
import type { FrameCodec } from "../frame/frame-codec.ts";
import { HessianWriter } from "../hessian/hessian-writer.ts";
import { JavaObject } from "../hessian/java-object.ts";
import { PROFILES } from "../hessian/profile.ts";
import { DecodeError } from "../limits/decode-error.ts";
import { readTrFrame, TR_HEARTBEAT_CLASS } from "./frame.ts";
import { createTrHead, readTrHead } from "./head.ts";
import { writeTrFrame } from "./write-frame.ts";

/** What `result` is in a response that nobody has served. Its public readers know 0 from the rest. */
const REFUSED = 1;

const SERVED = 0;

/** An object without fields. */
const HEARTBEAT = heartbeatObject();

const head = createTrHead();

/**
 * TR, SOFA's protocol before Bolt: as much of it as a proxy needs. Calls are routed by service and method and get other ids;
 * there is no word for draining a connection, and no header.
 *
 * `refuse` answers with `result` 1 and the sentence as `errorMsg`, and `outcome` knows 0 from all others: which numbers Java has
 * for what is not public.
 */
export const tr: FrameCodec = {
  name: "tr",
  detect: isTr,
  maxDetectBytes: 1,
  measure(bytes, at, end, { maxBytes }) {
    const length = readTrHead(bytes, at, head, end);
    if (length <= maxBytes) return length;
    const what = `length ${length} bytes is over the limit of ${maxBytes} bytes`;
    throw new DecodeError("RESOURCE_EXHAUSTED", `tr frame: ${what}`, 5);
  },
  read: readTrFrame,
  heartbeat: (id) => writeTrFrame({ id, className: TR_HEARTBEAT_CLASS, content: HEARTBEAT }),
  heartbeatAck: ({ id, idHigh, body }) =>
    writeTrFrame({ isResponse: true, id, idHigh, className: TR_HEARTBEAT_CLASS, content: body }),
  goaway: () => undefined,
  refuse: ({ id, idHigh }, { message }) =>
    writeTrFrame({ isResponse: true, id, idHigh, result: REFUSED, errorMessage: message }),
  outcome,
};

/** The status stands behind values that nobody has looked at: one that cannot be read is no reason to fail the connection. */
function outcome(response: Frame): Code {
  try {
    return response.status === SERVED ? "OK" : "UNKNOWN";
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return "INTERNAL";
  }
}

function heartbeatObject(): Buffer {
  const writer = new HessianWriter({ profile: PROFILES["sofa-3"] }).begin();
  writer.any(JavaObject.of(TR_HEARTBEAT_CLASS, []));
  return writer.take();
}
