/** Why a stream was reset or a connection ended (RFC 9113, section 7). */
export const ErrorCode = {
  NO_ERROR: 0,
  PROTOCOL_ERROR: 1,
  INTERNAL_ERROR: 2,
  FLOW_CONTROL_ERROR: 3,
  SETTINGS_TIMEOUT: 4,
  STREAM_CLOSED: 5,
  FRAME_SIZE_ERROR: 6,
  REFUSED_STREAM: 7,
  CANCEL: 8,
  COMPRESSION_ERROR: 9,
  CONNECT_ERROR: 10,
  ENHANCE_YOUR_CALM: 11,
  INADEQUATE_SECURITY: 12,
  HTTP_1_1_REQUIRED: 13,
} as const;

/** What the other side did that ends the connection. A value and no `Error`: whoever is hostile decides how often there is one. */
export interface Http2Error {
  /** One of {@link ErrorCode}. */
  readonly code: number;
  /** One sentence that names the subject, and limit and value where there are any. */
  readonly message: string;
}
