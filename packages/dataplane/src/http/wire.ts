/** What a connection of a server must offer: a socket of Node does, and so does one end of a connection in memory. */
export interface Wire {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  on(event: "data", listener: (bytes: Buffer) => void): unknown;
  on(event: "end" | "close" | "drain", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  /** `finish`: all that was written before `end()` has left. */
  once(event: "close" | "drain" | "finish", listener: () => void): unknown;
  off(event: "drain", listener: () => void): unknown;
  /** `false`: hold back until `drain`. */
  write(bytes: Uint8Array): boolean;
  write(text: string, encoding: "latin1"): boolean;
  /** Sends what was written, and then the end of this direction. */
  end(): unknown;
  end(text: string, encoding: "latin1"): unknown;
  /** What is written until `uncork` leaves together. */
  cork(): void;
  uncork(): void;
  pause(): unknown;
  resume(): unknown;
  /** Cuts both directions. */
  destroy(): unknown;
}
