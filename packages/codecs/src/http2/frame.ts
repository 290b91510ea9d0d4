/** Types of frames (RFC 9113, section 6). */
export const FrameType = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

/** Flags of frames; `ACK` is the same bit as `END_STREAM`, on other types. */
export const Flag = { ACK: 1, END_STREAM: 1, END_HEADERS: 4, PADDED: 8, PRIORITY: 0x20 } as const;

/** Parameters of SETTINGS (RFC 9113, section 6.5.2). */
export const Setting = {
  HEADER_TABLE_SIZE: 1,
  ENABLE_PUSH: 2,
  MAX_CONCURRENT_STREAMS: 3,
  INITIAL_WINDOW_SIZE: 4,
  MAX_FRAME_SIZE: 5,
  MAX_HEADER_LIST_SIZE: 6,
} as const;

/** ```text
 * ┌────────────────┬──────┬───────┬─────────────────┐
 * │ length, 24 bit │ type │ flags │ R, stream, 31 b │ payload …
 * └────────────────┴──────┴───────┴─────────────────┘
 * ``` */
export const FRAME_HEADER_BYTES = 9;

/** The longest payload before the other side allows more (RFC 9113, section 4.2). */
export const DEFAULT_MAX_FRAME_BYTES = 16_384;

/** The window of a connection, and of a stream unless settings say otherwise (RFC 9113, section 6.9.2). */
export const DEFAULT_WINDOW_BYTES = 65_535;

/** No window is larger. */
export const MAX_WINDOW_BYTES: number = 2 ** 31 - 1;

/** What a client says first (RFC 9113, section 3.4). */
export const CLIENT_PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
