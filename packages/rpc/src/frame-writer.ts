import type { Duplex } from "node:stream";
import type { Frame } from "@dualmesh/codecs/frame";

/** A frame that waits to be written, and whoever wants to know when it was. */
export interface QueuedFrame {
  /** `undefined`: it was taken back before it left. */
  frame: Frame | undefined;
  /** Its bytes are the socket's now: they may arrive. */
  handedOver(): void;
}

/** Pieces under this are copied together: a copy is cheaper than an entry in a list of the kernel. */
const COPIED_BYTES = 8_192;
/** So much is handed to the socket in one go. */
const BATCH_BYTES = 262_144;

/**
 * Writes frames: those of one turn of the event loop leave in one write, and none is handed to a socket that has not taken what
 * it was given before. What waits here has not left this process.
 */
export class FrameWriter {
  readonly #socket: Duplex;
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
  constructor(socket: Duplex, onFlushed?: () => void) {
    this.#socket = socket;
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
      this.#isBlocked = !isTaken && socket.writableLength > 0;
    }
    this.#onFlushed?.();
  }

  #nextBatch(): Buffer[] {
    const queue = this.#queue;
    const pieces: Buffer[] = [];
    let length = 0;
    while (this.#from < queue.length && length < BATCH_BYTES) {
      const entry = queue[this.#from++] as QueuedFrame;
      const { frame } = entry;
      if (frame === undefined) {
        this.#withdrawn--;
        continue;
      }
      for (const piece of frame.bytes) pieces.push(piece);
      length += frame.byteLength;
      this.#queuedBytes -= frame.byteLength;
      entry.frame = undefined;
      entry.handedOver();
    }
    if (this.#from === queue.length) this.#queue = [];
    else if (this.#from > 1_024) this.#queue = queue.slice(this.#from);
    else return joined(pieces);
    this.#from = 0;
    return joined(pieces);
  }
}

/** Small neighbours as one. */
function joined(pieces: readonly Buffer[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let i = 0; i < pieces.length; ) {
    const first = pieces[i] as Buffer;
    let length = 0;
    let end = i;
    for (; end < pieces.length && (pieces[end] as Buffer).length < COPIED_BYTES; end++)
      length += (pieces[end] as Buffer).length;
    if (end - i <= 1) {
      chunks.push(first);
      i++;
      continue;
    }
    const block = Buffer.allocUnsafe(length);
    let at = 0;
    for (; i < end; i++) at += (pieces[i] as Buffer).copy(block, at);
    chunks.push(block);
  }
  return chunks;
}

const NOTHING = (): void => {};

function flushNow(writer: FrameWriter): void {
  writer.flush();
}
