import { BoltFrame, writeBoltFrame, writeBoltHeaders } from "@dualmesh/codecs/bolt";
import type { Frame } from "@dualmesh/codecs/frame";
import { type Body, MeshError } from "@dualmesh/core";

/** The frame with another content, written anew: class and headers stay. */
export function withContent(frame: Frame, body: Body): Frame {
  if (!(frame instanceof BoltFrame)) {
    throw new MeshError(
      "UNIMPLEMENTED",
      `rpc: a filter replaced the body of a ${frame.protocol} frame, which only bolt takes`,
    );
  }
  if (body.kind === "stream")
    throw new MeshError("UNIMPLEMENTED", "rpc: a filter gave a bolt frame a stream as its body");
  const { bytes } = body.kind === "bytes" ? body : { bytes: new Uint8Array(0) };
  return writeBoltFrame({
    protocol: frame.generation,
    ...(frame.generation === 2 && { version: frame.version === 2 ? 2 : 1 }),
    checksum: frame.switch,
    type: frame.type,
    command: frame.command,
    id: frame.id,
    serializer: frame.serializer,
    timeoutMs: frame.timeoutMs ?? -1,
    status: Math.max(frame.status, 0),
    className: frame.className,
    headers: writeBoltHeaders(frame.headers()),
    content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
  });
}
