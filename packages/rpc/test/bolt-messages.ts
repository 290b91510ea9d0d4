import {
  BOLT_COMMAND,
  BOLT_STATUS,
  BOLT_TYPE,
  type BoltFrame,
  sofaCallHeaders,
  writeBoltFrame,
} from "@dualmesh/codecs/bolt";
import type { Frame } from "@dualmesh/codecs/frame";

/** A call of SOFARPC with some text as its content. */
export function boltRequest(
  text = "",
  fields: {
    readonly id?: number;
    readonly timeoutMs?: number;
    readonly isOneWay?: boolean;
    readonly protocol?: 1 | 2;
  } = {},
): BoltFrame {
  const { id = 0, timeoutMs = -1, isOneWay = false, protocol = 1 } = fields;
  return writeBoltFrame({
    protocol,
    type: isOneWay ? BOLT_TYPE.oneway : BOLT_TYPE.request,
    command: BOLT_COMMAND.request,
    id,
    timeoutMs,
    className: "com.alipay.sofa.rpc.core.request.SofaRequest",
    headers: sofaCallHeaders({ service: "com.example.Greeter:1.0", method: "greet" }),
    content: Buffer.from(text),
  });
}

/** The answer to a request. */
export function boltResponse(
  to: { readonly id: number },
  text = "",
  status: number = BOLT_STATUS.success,
): BoltFrame {
  const content = Buffer.from(text);
  return writeBoltFrame({
    type: BOLT_TYPE.response,
    command: BOLT_COMMAND.response,
    id: to.id,
    status,
    content,
  });
}

export function bytesOf(...frames: readonly Frame[]): Buffer {
  return Buffer.concat(frames.flatMap(({ bytes }) => bytes));
}
