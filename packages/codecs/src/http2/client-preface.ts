import type { ClientConnectionOptions } from "./connection-options.ts";
import { CLIENT_PREFACE, DEFAULT_WINDOW_BYTES, FrameType, Setting } from "./frame.ts";
import type { FrameWriter } from "./frame-writer.ts";

/** What a client says before anything else (RFC 9113, section 3.4): that it speaks HTTP/2, and what it takes. */
export function writeClientPreface(writer: FrameWriter, options: ClientConnectionOptions): void {
  const { streamWindowBytes, connectionWindowBytes, maxListBytes } = options;
  writer.raw(CLIENT_PREFACE);
  writer.settings([
    [Setting.ENABLE_PUSH, 0],
    [Setting.INITIAL_WINDOW_SIZE, streamWindowBytes],
    [Setting.MAX_HEADER_LIST_SIZE, maxListBytes],
  ]);
  // The connection's window is no setting; an update by 0 would be an error (RFC 9113, section 6.9).
  const more = connectionWindowBytes - DEFAULT_WINDOW_BYTES;
  if (more > 0) writer.numbers(FrameType.WINDOW_UPDATE, 0, more);
}
