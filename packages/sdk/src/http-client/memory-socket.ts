import { Duplex } from "node:stream";
import type { MemoryPeer, MemoryWire } from "./memory-wire.ts";

/** The client's end of a connection in memory. Has of `net.Socket` what node:http and its clients use. */
export class MemorySocket extends Duplex implements MemoryPeer {
  readonly connecting = false;
  readonly remoteAddress = "127.0.0.1";
  readonly remotePort = 0;
  readonly remoteFamily = "IPv4";
  readonly localAddress = "127.0.0.1";
  readonly localPort = 0;
  timeout = 0;
  #wire: MemoryWire | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    // As the sockets of node:http: one that is finished writing may still read, and one whose peer has ended ends too.
    // An agent would give it to a request otherwise, which nobody answered.
    super({ allowHalfOpen: false, emitClose: true });
  }

  connectTo(wire: MemoryWire): void {
    this.#wire = wire;
  }

  override _read(): void {
    this.#wire?.drained();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#touch();
    process.nextTick(deliver, this.#wire, chunk, done);
  }

  override _writev(
    chunks: { chunk: Buffer; encoding: BufferEncoding }[],
    done: (error?: Error | null) => void,
  ): void {
    this.#touch();
    process.nextTick(deliver, this.#wire, Buffer.concat(chunks.map((one) => one.chunk)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    process.nextTick(() => {
      this.#wire?.receiveEnd();
      done();
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.setTimeout(0);
    process.nextTick(() => this.#wire?.receiveClose());
    done(error);
  }

  setTimeout(timeoutMs: number, callback?: () => void): this {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.timeout = timeoutMs;
    if (callback !== undefined) {
      if (timeoutMs === 0) this.removeListener("timeout", callback);
      else this.once("timeout", callback);
    }
    if (timeoutMs > 0) {
      this.#timer = setTimeout(() => this.emit("timeout"), timeoutMs);
      this.#timer.unref();
    }
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  address(): { address: string; family: string; port: number } {
    return { address: this.localAddress, family: "IPv4", port: 0 };
  }

  destroySoon(): void {
    if (this.writableFinished) this.destroy();
    else {
      this.end();
      this.once("finish", () => this.destroy());
    }
  }

  receive(bytes: Buffer): boolean {
    if (this.destroyed) return true;
    this.#touch();
    return this.push(bytes);
  }

  receiveEnd(): void {
    if (!this.destroyed && !this.readableEnded) this.push(null);
  }

  /** Looks like FIN and not like a reset: an upgraded connection would crash its process by ECONNRESET. */
  hangUp(): void {
    if (this.destroyed) return;
    if (this.readableEnded) {
      this.destroySoon();
      return;
    }
    this.receiveEnd();
    // A peer that is gone reads no more: half-open it would keep the writer waiting for ever.
    this.once("end", () => this.destroySoon());
    if (this.readableFlowing === null) this.resume();
  }

  #touch(): void {
    if (this.#timer !== undefined) this.#timer.refresh();
  }
}

function deliver(wire: MemoryWire | undefined, chunk: Buffer, done: () => void): void {
  if (wire === undefined) done();
  else wire.receive(chunk, done);
}
