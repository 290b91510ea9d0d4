import { FrameType } from "./frame.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { ReceiveWindow } from "./receive-window.ts";
import type { RequestStream } from "./request-stream.ts";

/**
 * Holds bodies of responses to this side's windows (RFC 9113, section 5.2). A stream's is given back as its reader takes what
 * came. The connection's is given back with each frame, read or not: otherwise streams that nobody reads would stop all the
 * others. So it bounds what is on its way, and the streams' windows what is held.
 */
export class ResponseReceiver {
  readonly #writer: FrameWriter;
  readonly #window: ReceiveWindow;

  constructor(writer: FrameWriter, connectionWindowBytes: number) {
    this.#writer = writer;
    this.#window = new ReceiveWindow(connectionWindowBytes);
  }

  /** Whether the peer was allowed to send so many bytes, on whatever stream. */
  take(bytes: number): boolean {
    if (!this.#window.take(bytes)) return false;
    const given = this.#window.give(bytes);
    if (given > 0) this.#writer.numbers(FrameType.WINDOW_UPDATE, 0, given);
    return true;
  }

  /** So many bytes of a stream were read, or as many as there were. */
  read(stream: RequestStream, bytes: number): void {
    const given = stream.receiveWindow.give(Math.min(bytes, stream.receiveWindow.unreadBytes));
    if (given > 0 && !stream.isClosed) this.#writer.numbers(FrameType.WINDOW_UPDATE, stream.id, given);
  }
}
