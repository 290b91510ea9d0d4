import {
  ClientConnection,
  type ClientConnectionOptions,
  type ClientStream,
  ErrorCode,
} from "../../src/http2/index.ts";
import { describeFrame, settings, splitFrames } from "./frames.ts";

const PREFACE_BYTES = 24;
const CODES = Object.keys(ErrorCode);

/** One request, and in one line each what was told of its response. */
export interface Asked {
  readonly stream: ClientStream;
  readonly events: string[];
}

/** A connection whose peer says whatever a test wants to, down to the byte. */
export class RawPeer {
  readonly connection: ClientConnection;
  /** What the connection told its owner, in one line each. */
  readonly events: string[] = [];
  /** Bytes of bodies that nobody has read; `undefined`: they are read at once. */
  unread: number | undefined;
  bodies: Buffer[] = [];

  /** @param first What the peer says before a test goes on. */
  constructor(options: Partial<ClientConnectionOptions> = {}, first: readonly Buffer[] = [settings()]) {
    const { events } = this;
    this.connection = new ClientConnection(
      {
        wantsWrite() {},
        settings() {},
        streamClosed() {},
        goaway: (code) => void events.push(`goaway ${CODES[code]}`),
        pong: () => void events.push("pong"),
        failed: (error) => void events.push(`failed ${CODES[error.code]}`),
      },
      {
        streamWindowBytes: 65_535,
        connectionWindowBytes: 65_535,
        maxListBytes: 65_536,
        maxFields: 100,
        ...options,
      },
    );
    this.bytes();
    this.says(...first);
    this.wrote();
  }

  #isFirst = true;

  /** What the connection has written since the last time. */
  bytes(): Buffer {
    const all = Buffer.concat(this.connection.take());
    const from = this.#isFirst ? PREFACE_BYTES : 0;
    this.#isFirst = false;
    return all.subarray(from);
  }

  /** The same, one line for each frame. */
  wrote(): string[] {
    return splitFrames(this.bytes()).map(describeFrame);
  }

  says(...frames: readonly Buffer[]): void {
    this.connection.feed(Buffer.concat(frames));
  }

  ask(method = "GET", isEnd = true): Asked {
    const events: string[] = [];
    const fields = [":method", method, ":scheme", "http", ":path", "/", ":authority", "a"];
    const stream: ClientStream = this.connection.request(fields, isEnd, {
      head: (status, given, end) => void events.push([status, ...given, ...(end ? ["end"] : [])].join(" ")),
      data: (bytes) => {
        events.push(`${bytes.length} bytes`);
        this.bodies.push(bytes);
        if (this.unread === undefined) stream.consumed(bytes.length);
        else this.unread += bytes.length;
      },
      end: (trailers) => void events.push(["end", ...(trailers ?? [])].join(" ")),
      reset: ({ code, isUntouched, isBroken }) => {
        const why = `${isUntouched ? ", untouched" : ""}${isBroken ? ", broken" : ""}`;
        events.push(`reset ${code === undefined ? "with the connection" : CODES[code]}${why}`);
      },
      drain: () => void events.push("drain"),
    });
    this.wrote();
    return { stream, events };
  }
}
