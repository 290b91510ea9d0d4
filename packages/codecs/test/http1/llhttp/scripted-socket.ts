import { once } from "node:events";
import { Duplex } from "node:stream";

/** An end of a connection without a network: what the other side sends is known beforehand. */
export class ScriptedSocket extends Duplex {
  override _read(): void {}

  override _write(_bytes: Buffer, _encoding: string, done: () => void): void {
    done();
  }

  /** Sends bytes, then the end, and waits until this end is done with them. */
  async play(bytes: Buffer): Promise<void> {
    const closed = once(this, "close");
    this.push(bytes);
    this.push(null);
    await closed;
  }

  // What node:http asks of a socket.

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
