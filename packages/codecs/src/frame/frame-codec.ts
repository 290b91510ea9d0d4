import type { Code } from "@dualmesh/core";
import type { FirstBytes } from "../detect/first-bytes.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import type { Frame } from "./frame.ts";

/** Why nobody upstream answered a request. */
export interface FrameRefusal {
  readonly code: Code;
  /** One sentence for people. */
  readonly message: string;
}

/**
 * A protocol of frames: what a client, a server and a proxy must know of it. It holds nothing; all that lives is in
 * {@link FrameDecoder} and in the connections above. A protocol of one's own is another of these.
 */
export interface FrameCodec {
  /** As listeners, logs and metrics name it. Lower-case letters, digits and dashes. */
  readonly name: string;
  /** Whether a connection begins with one of its frames, by at most `maxDetectBytes` bytes. */
  readonly detect: FirstBytes;
  /** 1 to 24. */
  readonly maxDetectBytes: number;
  /**
   * The length of the frame that begins at `at`, header and check sum included; 0 while there are too few bytes to say.
   * Looks at no more than the header, of which 1,024 bytes are enough, and no more than a frame has.
   *
   * @param end Where the bytes that have come end.
   * @throws {DecodeError} for a header that is none, or announces more than `limits.maxBytes`: by as few bytes as show it.
   */
  measure(bytes: Buffer, at: number, end: number, limits: DecodeLimits): number;
  /**
   * The frame that is all of `bytes`, which it keeps.
   *
   * @throws {DecodeError} for one that a proxy could not pass on: a wrong check sum, an unknown command.
   */
  read(bytes: Buffer, limits: DecodeLimits): Frame;
  /**
   * Writes an id where it stands, into a whole frame that begins at `at` and that nobody else sees, and repairs its check sum:
   * what `withId` does without another frame. Default: `withId` is called.
   *
   * @param idHigh Ignored where a protocol has 32 bits.
   */
  writeId?(bytes: Buffer, at: number, id: number, idHigh: number): void;
  /** Asks the other side for a sign of life. */
  heartbeat(id: number): Frame;
  /** Gives it. */
  heartbeatAck(heartbeat: Frame): Frame;
  /** Says that no further request will be taken on a connection; `undefined` where the protocol has no word for it. */
  goaway(id: number): Frame | undefined;
  /** The answer to a request that no upstream gave one. */
  refuse(request: Frame, refusal: FrameRefusal): Frame;
  /**
   * How a call went, by its response: `OK` also for an exception of the application. The rest says that the server, or
   * the connection, is not well; breakers and retries go by it. Not to throw: it is asked where nobody can be told.
   */
  outcome(response: Frame): Code;
}
