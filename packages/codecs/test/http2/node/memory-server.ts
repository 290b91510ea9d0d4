import { createServer, type ServerHttp2Session, type ServerHttp2Stream, type Settings } from "node:http2";
import { Duplex } from "node:stream";

/** What a server of node:http2 makes of a stream; `rawHeaders` is a flat list. */
export type Serve = (stream: ServerHttp2Stream, rawHeaders: readonly string[]) => void;

/** A server of node:http2 without a socket: whoever has it carries its bytes, cut as they like. */
export class MemoryServer {
  /** Bytes that it wrote and nobody has taken. */
  readonly #written: Buffer[] = [];
  session: ServerHttp2Session | undefined;
  readonly #socket: Duplex;
  /** What it could not make sense of. */
  error: Error | undefined;

  constructor(settings: Settings, serve: Serve) {
    const server = createServer({ settings });
    server.on("session", (session) => {
      this.session = session;
      session.on("error", (error: Error) => {
        this.error = error;
      });
    });
    server.on("stream", (stream, _headers, _flags, rawHeaders) => {
      // Resets of either side, also of those that are wanted.
      stream.on("error", () => {});
      serve(stream, rawHeaders as unknown as string[]);
    });
    this.#socket = new Duplex({
      read() {},
      write: (bytes: Buffer, _encoding, done) => {
        this.#written.push(Buffer.from(bytes));
        done();
      },
    });
    server.emit("connection", this.#socket);
  }

  /** Bytes of the client. */
  says(bytes: Buffer): void {
    this.#socket.push(bytes);
  }

  take(): Buffer[] {
    return this.#written.splice(0);
  }

  close(): void {
    this.session?.destroy();
    this.#socket.destroy();
  }
}
