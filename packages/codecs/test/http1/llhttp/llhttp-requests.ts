import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { follow, type LlhttpMessage, type LlhttpSeen } from "./llhttp-message.ts";
import { ScriptedSocket } from "./scripted-socket.ts";

/** Reads requests by a real server of `node:http`, which answers each of them at once. */
export class LlhttpRequests {
  readonly #server: Server;
  #messages: (() => LlhttpMessage)[] = [];
  #error: string | undefined;

  constructor() {
    this.#server = createServer({ requestTimeout: 0, headersTimeout: 0, requireHostHeader: false });
    this.#server.maxHeadersCount = 0;
    for (const event of ["request", "checkContinue", "checkExpectation"]) {
      this.#server.on(event, (incoming: IncomingMessage, outgoing: ServerResponse) => {
        this.#messages.push(follow(incoming));
        incoming.once("end", () => outgoing.end());
      });
    }
    this.#server.on("connect", (incoming: IncomingMessage, socket: Duplex) => {
      this.#messages.push(follow(incoming));
      socket.destroy();
    });
    this.#server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
      this.#error ??= error.code ?? error.message;
      // Not at once: bodies that were parsed are still on their way to their readers.
      setImmediate(() => socket.destroy());
    });
  }

  async read(bytes: Buffer): Promise<LlhttpSeen> {
    this.#messages = [];
    this.#error = undefined;
    const socket = new ScriptedSocket();
    this.#server.emit("connection", socket);
    await socket.play(bytes);
    return { messages: this.#messages.map((message) => message()), error: this.#error };
  }
}
