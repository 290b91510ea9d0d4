import type { Code } from "@dualmesh/core";

/**
 * Why bytes are no message. A value and no `Error`: a stack trace per bad message would be a gift to whoever sends them.
 * After one the connection cannot go on, since nobody knows where the next message begins.
 */
export interface ProtocolError {
  readonly code: Code;
  /** The status for whoever sent a request: 400, 426, 431 or 501. */
  readonly status: 400 | 426 | 431 | 501;
  /** One sentence that names the subject, and limit and value where there are any. */
  readonly message: string;
}

export function malformed(message: string): ProtocolError {
  return { code: "INVALID_ARGUMENT", status: 400, message };
}

export function tooLarge(message: string): ProtocolError {
  return { code: "RESOURCE_EXHAUSTED", status: 431, message };
}

export function unknownCoding(message: string): ProtocolError {
  return { code: "UNIMPLEMENTED", status: 501, message };
}

export function unknownVersion(message: string): ProtocolError {
  return { code: "UNIMPLEMENTED", status: 426, message };
}
