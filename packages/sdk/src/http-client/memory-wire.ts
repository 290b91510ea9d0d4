import { EventEmitter } from "node:events";
import type { Wire } from "@dualmesh/dataplane";

/** The client's end, as this end sees it. */
export interface MemoryPeer {
  /** Takes bytes. `false`: it holds enough, and calls {@link MemoryWire.drained} when it wants more. */
  receive(bytes: Buffer): boolean;
  /** This end will send no more. */
  receiveEnd(): void;
  /** This end is gone, in peace or by a reset. */
  hangUp(): void;
}

/** What is held for a server that pauses, before the client's write has to wait. Bytes. */
const HIGH_WATER_MARK = 65_536;

/** The end of a connection in memory that a server of the data plane reads. */
export class MemoryWire extends EventEmitter implements Wire {
  readonly #peer: MemoryPeer;
  /** What this turn has written, to be delivered on the next tick. */
  #outgoing: Buffer[] = [];
  #isCorked = false;
  #isScheduled = false;
  #hasEnded = false;
  /** What the client sent while this end is paused. */
  #incoming: Buffer[] = [];
  #incomingBytes = 0;
  #isPaused = false;
  #clientEnded = false;
  #isFull = false;
  #onRoom: (() => void) | undefined;
  #isDestroyed = false;

  constructor(peer: MemoryPeer) {
    super();
    this.#peer = peer;
  }

  write(data: Uint8Array | string, encoding?: "latin1"): boolean {
    if (this.#isDestroyed || this.#hasEnded) return true;
    const bytes = typeof data === "string" ? Buffer.from(data, encoding) : toBuffer(data);
    this.#outgoing.push(bytes);
    if (!this.#isCorked) this.#schedule();
    return !this.#isFull;
  }

  end(text?: string, encoding?: "latin1"): void {
    if (text !== undefined) this.write(text, encoding);
    this.#hasEnded = true;
    this.#schedule();
  }

  cork(): void {
    this.#isCorked = true;
  }

  uncork(): void {
    this.#isCorked = false;
    if (this.#outgoing.length > 0) this.#schedule();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    while (!this.#isPaused && this.#incoming.length > 0) {
      const bytes = this.#incoming.shift() as Buffer;
      this.#incomingBytes -= bytes.length;
      this.emit("data", bytes);
    }
    if (this.#isPaused) return;
    const onRoom = this.#onRoom;
    this.#onRoom = undefined;
    onRoom?.();
    this.#tellEnd();
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#outgoing = [];
    this.#incoming = [];
    this.#onRoom?.();
    process.nextTick(() => {
      this.#peer.hangUp();
      this.emit("close");
    });
  }

  /** Takes what the client writes; `done` is called when there is room for more. */
  receive(bytes: Buffer, done: () => void): void {
    if (this.#isDestroyed) done();
    else if (!this.#isPaused && this.#incoming.length === 0) {
      this.emit("data", bytes);
      done();
    } else {
      this.#incoming.push(bytes);
      this.#incomingBytes += bytes.length;
      if (this.#incomingBytes < HIGH_WATER_MARK) done();
      else this.#onRoom = done;
    }
  }

  /** The client will send no more. */
  receiveEnd(): void {
    this.#clientEnded = true;
    if (!this.#isPaused) this.#tellEnd();
  }

  /** The client is gone. */
  receiveClose(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#outgoing = [];
    this.#incoming = [];
    this.emit("close");
  }

  /** The client has read what it held. */
  drained(): void {
    if (!this.#isFull) return;
    this.#isFull = false;
    process.nextTick(() => this.emit("drain"));
  }

  #tellEnd(): void {
    if (!this.#clientEnded || this.#incoming.length > 0) return;
    this.#clientEnded = false;
    this.emit("end");
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(deliver, this);
  }

  /** Hands over what was written since the last tick, as one piece. */
  deliver(): void {
    this.#isScheduled = false;
    if (this.#isDestroyed) return;
    const pieces = this.#outgoing;
    if (pieces.length > 0) {
      this.#outgoing = [];
      if (!this.#peer.receive(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)))
        this.#isFull = true;
    }
    if (!this.#hasEnded) return;
    this.#peer.receiveEnd();
    this.emit("finish");
  }
}

function deliver(wire: MemoryWire): void {
  wire.deliver();
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
