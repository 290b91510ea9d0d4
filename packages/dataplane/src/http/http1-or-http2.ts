import type { Socket } from "node:net";

/** What a client of HTTP/2 sends first (RFC 9113, section 3.4). */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/**
 * Tells by a connection's first bytes which protocol it speaks; they are put back for whoever serves it. A connection that
 * says nothing stays undecided: idle ones are closed by their server.
 */
export function detectHttp2(socket: Socket, decided: (isHttp2: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const look = (bytes: Buffer): void => {
    seen = seen.length === 0 ? bytes : Buffer.concat([seen, bytes]);
    const length = Math.min(seen.length, PREFACE.length);
    const isPrefix = PREFACE.compare(seen, 0, length, 0, length) === 0;
    if (isPrefix && length < PREFACE.length) return;
    socket.off("data", look);
    socket.pause();
    socket.unshift(seen);
    decided(isPrefix);
  };
  socket.on("data", look);
  // It may have been paused while somebody else looked at its first bytes.
  socket.resume();
}
