import { ErrorCode, type Http2Error } from "./error-code.ts";
import { DEFAULT_MAX_FRAME_BYTES, DEFAULT_WINDOW_BYTES, MAX_WINDOW_BYTES, Setting } from "./frame.ts";

/** What a server has said of itself (RFC 9113, section 6.5.2). */
export class PeerSettings {
  maxConcurrentStreams: number = Number.POSITIVE_INFINITY;
  windowBytes: number = DEFAULT_WINDOW_BYTES;
  maxFrameBytes: number = DEFAULT_MAX_FRAME_BYTES;
  /** Where it said so: of its last SETTINGS the lowest value, and the one that counts (RFC 7541, section 4.2). */
  tableBytes: readonly [lowest: number, last: number] | undefined;

  /** Takes the payload of a frame; gives why it is none. */
  apply(payload: Buffer): Http2Error | undefined {
    this.tableBytes = undefined;
    for (let at = 0; at + 6 <= payload.length; at += 6) {
      const value = payload.readUInt32BE(at + 2);
      switch (payload.readUInt16BE(at)) {
        case Setting.HEADER_TABLE_SIZE:
          this.tableBytes = [Math.min(value, this.tableBytes?.[0] ?? value), value];
          break;
        case Setting.ENABLE_PUSH:
          if (value !== 0) return wrong(ErrorCode.PROTOCOL_ERROR, "ENABLE_PUSH", value, "0 from a server");
          break;
        case Setting.MAX_CONCURRENT_STREAMS:
          this.maxConcurrentStreams = value;
          break;
        case Setting.INITIAL_WINDOW_SIZE:
          if (value > MAX_WINDOW_BYTES)
            return wrong(ErrorCode.FLOW_CONTROL_ERROR, "INITIAL_WINDOW_SIZE", value, "at most 2147483647");
          this.windowBytes = value;
          break;
        case Setting.MAX_FRAME_SIZE:
          if (value < DEFAULT_MAX_FRAME_BYTES || value > 0xffffff)
            return wrong(ErrorCode.PROTOCOL_ERROR, "MAX_FRAME_SIZE", value, "from 16384 to 16777215");
          this.maxFrameBytes = value;
          break;
        default:
        // Others may be of an extension, and are ignored.
      }
    }
    return undefined;
  }
}

function wrong(code: number, name: string, value: number, expected: string): Http2Error {
  return { code, message: `http/2 SETTINGS: ${name} is ${value}; expected ${expected}` };
}
