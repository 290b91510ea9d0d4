import type { ClientConnection, ClientStream } from "../../../src/http2/index.ts";
import { bodyOf, type Exchange } from "./exchange.ts";

/** A request under way, and what has come of its response. */
export class Asked {
  readonly #exchange: Exchange;
  #stream!: ClientStream;
  #head: readonly string[] | undefined;
  #trailers: readonly string[] = [];
  readonly #body: Buffer[] = [];
  bytes = 0;
  /** What was told to the observer beside heads and bytes. */
  #ends: string[] = [];
  #hasReset = false;
  /** Bytes that its reader takes in so many turns. */
  readonly #unread: { readonly bytes: number; turns: number }[] = [];

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  get isOver(): boolean {
    return this.#hasReset || this.#ends.length > 0;
  }

  get isWhole(): boolean {
    return this.#ends[0] === "end";
  }

  get state(): string {
    return `stream ${this.#stream.id} after ${this.bytes} bytes, ${this.#stream.pendingBytes} to be sent`;
  }

  start(connection: ClientConnection, index: number): void {
    const { request } = this.#exchange;
    const fields = [
      ":method",
      "POST",
      ":scheme",
      "http",
      ":path",
      `/${index}`,
      ":authority",
      "a",
      ...request.fields,
    ];
    const isEnd = request.bodyBytes === 0 && request.trailers.length === 0;
    const over = (how: string): void => void this.#ends.push(how);
    this.#stream = connection.request(fields, isEnd, {
      head: (status, given, end) => {
        this.#head = [String(status), ...given];
        if (end) over("end");
      },
      data: (bytes) => {
        this.#body.push(bytes);
        this.bytes += bytes.length;
        this.#unread.push({ bytes: bytes.length, turns: request.readTurns });
        if (request.resetAt !== undefined && this.bytes >= request.resetAt) this.#reset();
      },
      end: (trailers) => {
        this.#trailers = trailers ?? [];
        over("end");
      },
      reset: ({ code }) => over(`reset ${code}`),
      drain() {},
    });
    if (!isEnd) this.#stream.end(bodyOf(request.bodyBytes), request.trailers);
  }

  /** Time goes by for its reader. */
  turn(): void {
    for (let next = this.#unread[0]; next !== undefined && next.turns-- <= 0; next = this.#unread[0]) {
      this.#unread.shift();
      this.#stream.consumed(next.bytes);
    }
  }

  /** A sentence, where what came is not what was sent. */
  disagreement(): string | undefined {
    const { response } = this.#exchange;
    const whole = bodyOf(response.bodyBytes);
    const body = Buffer.concat(this.#body);
    if (this.#ends.length > 1) return `several ends: ${this.#ends}`;
    if (this.#hasReset && this.#ends.length > 0) return `told of an end after it was reset: ${this.#ends}`;
    if (
      this.#head !== undefined &&
      this.#head.join("\n") !== [response.status, ...response.fields].join("\n")
    )
      return `its head came as ${JSON.stringify(this.#head)}`;
    if (!whole.subarray(0, body.length).equals(body)) return "its body came as another one";
    if (this.#hasReset) return undefined;
    // node:http2 ends a stream that it resets, where it can: the bytes that it wrote are then all that there are.
    if (
      response.reset !== undefined &&
      this.isWhole &&
      body.length === Math.min(response.reset.at, whole.length)
    )
      return undefined;
    if (!this.isWhole) return this.#isExpected() ? undefined : `it ended with ${this.#ends}`;
    if (body.length < whole.length) return `it ended after ${body.length} of ${whole.length} bytes`;
    if (this.#trailers.join("\n") !== response.trailers.join("\n"))
      return `its trailers came as ${JSON.stringify(this.#trailers)}`;
    return undefined;
  }

  #isExpected(): boolean {
    return this.#ends[0] === `reset ${this.#exchange.response.reset?.code}`;
  }

  #reset(): void {
    if (this.#hasReset || this.isOver) return;
    this.#hasReset = true;
    this.#stream.reset();
  }
}

export function ask(connection: ClientConnection, index: number, exchange: Exchange): Asked {
  const asked = new Asked(exchange);
  asked.start(connection, index);
  return asked;
}
