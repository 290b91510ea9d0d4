import type { Frame, FrameCodec } from "@dualmesh/codecs/frame";
import type { Body, BytesBody } from "@dualmesh/core";

/**
 * The body of a frame, which remembers its frame: filters that copy a head pass the body on as it is, so that this is how the
 * edge finds the bytes again that came.
 */
export class FrameBody implements BytesBody {
  readonly kind = "bytes";
  readonly frame: Frame;
  /** Of a request, where somebody told it: a retry's head is another one, its body is this. */
  readonly codec: FrameCodec | undefined;

  constructor(frame: Frame, codec?: FrameCodec) {
    this.frame = frame;
    this.codec = codec;
  }

  /** A view, found when somebody asks. */
  get bytes(): Uint8Array {
    return this.frame.body;
  }
}

/** The frame that a message came in, or goes out in; `undefined` for one that came in none, as a local reply. */
export function frameOf(message: { readonly body: Body }): Frame | undefined {
  return message.body instanceof FrameBody ? message.body.frame : undefined;
}
