import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import type { Frame, FrameCodec } from "@dualmesh/codecs/frame";

/** A frame that waits to be written, and whoever wants to know when it was. */
export interface QueuedFrame {
  /** `undefined`: it was taken back before it left. */
  frame: Frame | undefined;
  /** The one that it goes out under. Default: its own. */
  readonly id?: number;
  /** Its bytes are the socket's now: they may arrive. */
  handedOver(): void;
}

/** Frames up to this are copied together: a copy is cheaper than an entry in a list of the kernel. */
const COPIED_BYTES = 8_192;
const MIN_SLAB_BYTES = 65_536;
/** So much is handed to the socket in one go. */
const BATCH_BYTES = 262_144;
/** What a frame that waits takes beside its bytes: an answer to a heartbeat has 20 of them, and 430 in the heap. */
const ENTRY_BYTES = 512;

/**
 * Writes frames: those of one turn of the event loop leave in one write, and none is handed to a socket that has not taken what
 * it was given before. What waits here has not left this process.
 */
export class FrameWriter {
  readonly #socket: Duplex;
  readonly #codec: FrameCodec;
  /** Whether what the socket does not hold any more is the kernel's, and not somebody's view of our bytes. */
  readonly #passesOn: boolean;
  /** For the next batch of small frames, if nobody has the last. */
  #slab: Buffer | undefined;
  /** Of this batch. */
  #used: Buffer | undefined;
  #queue: QueuedFrame[] = [];
  /** Where the first that waits stands. */
  #from = 0;
  /** Entries behind it that were taken back. */
  #withdrawn = 0;
  #queuedBytes = 0;
  #isScheduled = false;
  readonly #onFlushed: (() => void) | undefined;
  #isBlocked = false;

  /** @param onFlushed Told when it has handed over what the socket takes. */
  constructor(socket: Duplex, codec: FrameCodec, onFlushed?: () => void) {
    this.#socket = socket;
    this.#codec = codec;
    this.#passesOn = socket instanceof Socket && !(socket instanceof TLSSocket);
    this.#onFlushed = onFlushed;
    socket.on("drain", () => {
      this.#isBlocked = false;
      this.#flush();
    });
  }

  /** What waits here, and in the socket. */
  get queuedBytes(): number {
    return this.#queuedBytes + this.#socket.writableLength;
  }

  /** The same, with what it takes to hold it: by this a peer that reads nothing is judged, however short its answers are. */
  get heldBytes(): number {
    return this.queuedBytes + ENTRY_BYTES * (this.#queue.length - this.#from);
  }

  /** Whether the socket takes nothing at the moment. It will say when it does. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  write(frame: Frame): void {
    this.push({ frame, handedOver: NOTHING });
  }

  push(entry: QueuedFrame & { readonly frame: Frame }): void {
    this.#queuedBytes += entry.frame.byteLength;
    this.#queue.push(entry);
    if (this.#isScheduled || this.#isBlocked) return;
    this.#isScheduled = true;
    process.nextTick(flushNow, this);
  }

  /** Takes a frame back that has not left. */
  withdraw(entry: QueuedFrame): void {
    if (entry.frame === undefined) return;
    this.#queuedBytes -= entry.frame.byteLength;
    entry.frame = undefined;
    // A peer that reads nothing must not make a list of calls that were all given up.
    if (++this.#withdrawn <= 64 || 2 * this.#withdrawn <= this.#queue.length - this.#from) return;
    this.#queue = this.#queue.slice(this.#from).filter(({ frame }) => frame !== undefined);
    this.#from = 0;
    this.#withdrawn = 0;
  }

  /** Throws away what waits, and shows it to somebody. */
  discard(look: (entry: QueuedFrame) => void): void {
    const waiting = this.#queue.slice(this.#from);
    this.#queue = [];
    this.#from = 0;
    this.#withdrawn = 0;
    this.#queuedBytes = 0;
    for (const entry of waiting) if (entry.frame !== undefined) look(entry);
  }

  /** Writes what waits, ends the writing side behind it, and lets the socket go when all is out. */
  end(): void {
    this.#flush();
    if (this.#from < this.#queue.length) this.#socket.once("drain", () => this.end());
    else this.#socket.end();
  }

  /** For {@link flushNow}, which makes no closure for each turn. */
  flush(): void {
    this.#isScheduled = false;
    this.#flush();
  }

  #flush(): void {
    const socket = this.#socket;
    while (!this.#isBlocked && this.#from < this.#queue.length && socket.writable) {
      const chunks = this.#nextBatch();
      if (chunks.length > 1) socket.cork();
      let isTaken = true;
      for (const chunk of chunks) isTaken = socket.write(chunk);
      if (chunks.length > 1) socket.uncork();
      // A socket says `false` also for what it has already passed on to the kernel.
      const isPassedOn = socket.writableLength === 0;
      this.#isBlocked = !isTaken && !isPassedOn;
      if (isPassedOn && this.#passesOn) this.#slab = this.#used;
      this.#used = undefined;
    }
    this.#onFlushed?.();
  }

  #nextBatch(): Buffer[] {
    const queue = this.#queue;
    const chunks: Buffer[] = [];
    const small: QueuedFrame[] = [];
    let smallBytes = 0;
    let length = 0;
    while (this.#from < queue.length && length < BATCH_BYTES) {
      const entry = queue[this.#from++] as QueuedFrame;
      const { frame } = entry;
      if (frame === undefined) {
        this.#withdrawn--;
        continue;
      }
      const { byteLength } = frame;
      if (byteLength <= COPIED_BYTES) {
        small.push(entry);
        smallBytes += byteLength;
      } else {
        if (smallBytes > 0) chunks.push(this.#joined(small, smallBytes));
        small.length = 0;
        smallBytes = 0;
        chunks.push(...(entry.id === undefined ? frame : frame.withId(entry.id)).bytes);
        handOver(entry);
      }
      length += byteLength;
      this.#queuedBytes -= byteLength;
    }
    if (smallBytes > 0) chunks.push(this.#joined(small, smallBytes));
    if (this.#from === queue.length) this.#queue = [];
    else if (this.#from > 1_024) this.#queue = queue.slice(this.#from);
    else return chunks;
    this.#from = 0;
    return chunks;
  }

  /** Small neighbours in one piece, under the ids that they go out under. */
  #joined(entries: readonly QueuedFrame[], length: number): Buffer {
    const { writeId } = this.#codec;
    const block = this.#takeSlab(length);
    let at = 0;
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as QueuedFrame;
      let frame = entry.frame as Frame;
      if (entry.id !== undefined && writeId === undefined) frame = frame.withId(entry.id);
      const from = at;
      const { bytes } = frame;
      for (let j = 0; j < bytes.length; j++) {
        const piece = bytes[j] as Buffer;
        block.set(piece, at);
        at += piece.length;
      }
      if (entry.id !== undefined) writeId?.(block, from, entry.id, 0);
      handOver(entry);
    }
    return block;
  }

  #takeSlab(length: number): Buffer {
    const slab = this.#slab;
    this.#slab = undefined;
    if (slab !== undefined && length <= slab.length) {
      this.#used = slab;
      return length === slab.length ? slab : slab.subarray(0, length);
    }
    const block = Buffer.allocUnsafeSlow(Math.max(length, MIN_SLAB_BYTES));
    this.#used = block;
    return length === block.length ? block : block.subarray(0, length);
  }
}

function handOver(entry: QueuedFrame): void {
  entry.frame = undefined;
  entry.handedOver();
}

const NOTHING = (): void => {};

function flushNow(writer: FrameWriter): void {
  writer.flush();
}
