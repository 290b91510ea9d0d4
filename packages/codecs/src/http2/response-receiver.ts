import type { ClientStream } from "./client-stream.ts";
import { FrameType } from "./frame.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { ReceiveWindow } from "./receive-window.ts";

/** Holds bodies of responses to this side's windows, and gives those back as they are read (RFC 9113, section 5.2). */
export class ResponseReceiver {
  readonly #writer: FrameWriter;
  readonly #window: ReceiveWindow;

  constructor(writer: FrameWriter, connectionWindowBytes: number) {
    this.#writer = writer;
    this.#window = new ReceiveWindow(connectionWindowBytes);
  }

  /** Whether the peer was allowed to send so many bytes, on whatever stream. */
  take(bytes: number): boolean {
    return this.#window.take(bytes);
  }

  /** So many bytes of a stream were read, or as many as there were. */
  read(stream: ClientStream, bytes: number): void {
    const read = Math.min(bytes, stream.receiveWindow.unreadBytes);
    this.readOfNone(read);
    const given = stream.receiveWindow.give(read);
    if (given > 0 && !stream.isClosed) this.#writer.numbers(FrameType.WINDOW_UPDATE, stream.id, given);
  }

  /** Nobody reads what came on a stream. */
  drop(stream: ClientStream): void {
    this.read(stream, stream.receiveWindow.unreadBytes);
  }

  /** So many bytes came on a stream that is over. */
  readOfNone(bytes: number): void {
    const given = this.#window.give(bytes);
    if (given > 0) this.#writer.numbers(FrameType.WINDOW_UPDATE, 0, given);
  }
}
