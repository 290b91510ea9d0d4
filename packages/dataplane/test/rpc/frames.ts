import { bolt, sofaCallHeaders, writeBoltFrame } from "@dualmesh/codecs/bolt";
import type { Frame } from "@dualmesh/codecs/frame";
import type { Request } from "@dualmesh/core";
import { frameRequest } from "@dualmesh/rpc";

export const SERVICE = "com.example.Greeter:1.0";

/** A call of SOFARPC with some text as its content. */
export function callFrame(text: string, isOneWay = false): Frame {
  return writeBoltFrame({
    type: isOneWay ? 2 : 1,
    command: 1,
    id: 1,
    timeoutMs: isOneWay ? -1 : 5_000,
    className: "com.alipay.sofa.rpc.core.request.SofaRequest",
    headers: sofaCallHeaders({ service: SERVICE, method: "greet" }),
    content: Buffer.from(text),
  });
}

/** The answer to a frame, with its own content again. */
export function answerTo(frame: Frame, text = frame.body.toString()): Frame {
  return writeBoltFrame({ type: 0, command: 2, id: frame.id, status: 0, content: Buffer.from(text) });
}

/** A call as the chain sees it. */
export function boltCall(text: string, isOneWay = false): Request {
  return frameRequest(callFrame(text, isOneWay), bolt);
}

export function bytesOf(frame: Frame): Buffer {
  return Buffer.concat(frame.bytes);
}
