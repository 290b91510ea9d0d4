import type { Socket } from "node:net";
import type { FrameCodec } from "@dualmesh/codecs/frame";
import { ClientConnection } from "@dualmesh/rpc";
import { openSocket } from "../open-socket.ts";
import type { EndpointConnections } from "../pool-set.ts";
import type { AttemptFailure } from "../transport.ts";
import type { EndpointPoolOptions } from "../transport-options.ts";

/** Who waits for a connection. */
export interface RpcWaiter {
  run(connection: ClientConnection): void;
  /** There is none. */
  fail(failure: AttemptFailure, cause: Error): void;
  /** Set by the pool: told when it waits no more. */
  onGivenUp: (() => void) | undefined;
}

/**
 * The connection to one endpoint, which all calls share: made when the first needs it, and anew when it is lost, or its peer
 * takes no more calls on it; what is under way on an old one ends there.
 */
export class RpcPool implements EndpointConnections {
  readonly #codec: FrameCodec;
  readonly #options: EndpointPoolOptions;
  readonly #connections = new Set<ClientConnection>();
  readonly #waiting = new Set<RpcWaiter>();
  #current: ClientConnection | undefined;
  #connecting: Socket | undefined;
  #isClosing = false;

  constructor(codec: FrameCodec, options: EndpointPoolOptions) {
    this.#codec = codec;
    this.#options = options;
  }

  /** Settles when a connection stands. */
  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.run({ run: () => resolve(), fail: (_failure, cause) => reject(cause), onGivenUp: undefined });
    });
  }

  run(waiter: RpcWaiter): void {
    if (this.#current !== undefined) {
      waiter.run(this.#current);
      return;
    }
    this.#waiting.add(waiter);
    waiter.onGivenUp = () => {
      this.#waiting.delete(waiter);
      this.#settle();
    };
    if (this.#connecting === undefined) this.#connect();
  }

  close(): void {
    this.#isClosing = true;
    if (this.#waiting.size === 0) for (const connection of this.#connections) connection.close();
    this.#settle();
  }

  #connect(): void {
    const { address, tls, clock, connectTimeoutMs } = this.#options;
    let cause: Error | undefined;
    const onError = (error: Error): void => {
      cause ??= error;
    };
    const onClose = (): void => {
      timer[Symbol.dispose]();
      this.#connecting = undefined;
      this.#failed(cause ?? new Error("the connection was closed"));
    };
    const socket = openSocket({
      address,
      tls,
      ready: () => {
        timer[Symbol.dispose]();
        socket.off("error", onError);
        socket.off("close", onClose);
        this.#connecting = undefined;
        this.#use(socket);
      },
    });
    this.#connecting = socket;
    const timer = clock.setTimer(() => {
      socket.destroy(new Error(`no connection within ${connectTimeoutMs} ms`));
    }, connectTimeoutMs);
    socket.on("error", onError);
    socket.once("close", onClose);
  }

  #use(socket: Socket): void {
    const { clock, idleTimeoutMs, onConnection } = this.#options;
    const connection: ClientConnection = new ClientConnection(socket, {
      codec: this.#codec,
      clock,
      idleTimeoutMs,
      onLeaving: () => {
        if (this.#current === connection) this.#current = undefined;
      },
      onResumed: () => {
        this.#current ??= connection;
      },
      onClosed: () => {
        this.#connections.delete(connection);
        onConnection?.("closed");
        this.#settle();
      },
    });
    this.#connections.add(connection);
    this.#current = connection;
    onConnection?.("opened");
    for (const waiter of this.#takeWaiting()) waiter.run(connection);
    if (this.#isClosing) connection.close();
  }

  #failed(cause: Error): void {
    this.#options.onConnection?.("failed");
    for (const waiter of this.#takeWaiting()) waiter.fail("connect-failure", cause);
    this.#settle();
  }

  #takeWaiting(): readonly RpcWaiter[] {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const waiter of waiting) waiter.onGivenUp = undefined;
    return waiting;
  }

  #settle(): void {
    if (!this.#isClosing || this.#connections.size > 0 || this.#waiting.size > 0) return;
    if (this.#connecting === undefined) this.#options.onClosed();
    // Nobody waits for it any more.
    else this.#connecting.destroy();
  }
}
