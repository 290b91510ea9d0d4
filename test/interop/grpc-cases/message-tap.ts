import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A tap right before a server: bytes pass as they are, and what tests cannot see at either end is noted. */
export interface MessageTap extends AsyncDisposable {
  readonly port: number;
  /** Of each message from the server so far: whether it is compressed. */
  readonly responses: readonly boolean[];
  /** Streams that the server had begun to answer, and that were then reset from the other side, so far. */
  readonly cutShort: number;
}

export async function openMessageTap(serverPort: number): Promise<MessageTap> {
  const responses: boolean[] = [];
  let cutShort = 0;
  const open = new Set<Socket>();
  const tap = createServer((client) => {
    const server = connect(serverPort, "127.0.0.1");
    const messages = new Map<number, (bytes: Buffer) => void>();
    const onRequest = frames(PREFACE_BYTES, (type, stream) => {
      if (type === RST_STREAM && messages.has(stream)) cutShort++;
    });
    const onResponse = frames(0, (type, stream, bytes) => {
      if (type !== DATA) return;
      let read = messages.get(stream);
      if (read === undefined) {
        read = prefixes((isCompressed) => responses.push(isCompressed));
        messages.set(stream, read);
      }
      read(bytes);
    });
    client.on("data", onRequest).pipe(server).on("data", onResponse).pipe(client);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => other.destroy());
      socket.on("close", () => open.delete(socket));
    }
  });
  tap.listen(0, "127.0.0.1");
  await once(tap, "listening");
  return {
    port: (tap.address() as AddressInfo).port,
    responses,
    get cutShort() {
      return cutShort;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => tap.close(resolve));
    },
  };
}

const PREFACE_BYTES = 24;
const FRAME_HEAD_BYTES = 9;
const DATA = 0;
const RST_STREAM = 3;

/** Cuts bytes into frames (RFC 9113, section 4.1), behind what comes first. No peer here pads. */
function frames(
  skip: number,
  onFrame: (type: number, stream: number, payload: Buffer) => void,
): (bytes: Buffer) => void {
  let toSkip = skip;
  return cut(
    () => (toSkip > 0 ? toSkip : FRAME_HEAD_BYTES),
    (head) => (toSkip > 0 ? 0 : head.readUIntBE(0, 3)),
    (head, payload) => {
      if (toSkip > 0) toSkip = 0;
      else onFrame(head.readUInt8(3), head.readUInt32BE(5), payload);
    },
  );
}

/** Reads the prefix of each message of gRPC: a flag, and four bytes of length. */
function prefixes(onMessage: (isCompressed: boolean) => void): (bytes: Buffer) => void {
  return cut(
    () => 5,
    (head) => head.readUInt32BE(1),
    (head) => onMessage(head.readUInt8(0) === 1),
  );
}

/** Cuts bytes into heads, and payloads of the length that the head tells. */
function cut(
  headBytes: () => number,
  payloadBytes: (head: Buffer) => number,
  onPiece: (head: Buffer, payload: Buffer) => void,
): (bytes: Buffer) => void {
  let seen: Buffer = Buffer.alloc(0);
  return (bytes) => {
    seen = Buffer.concat([seen, bytes]);
    for (;;) {
      const at = headBytes();
      if (seen.length < at) return;
      const head = seen.subarray(0, at);
      const end = at + payloadBytes(head);
      if (seen.length < end) return;
      onPiece(head, seen.subarray(at, end));
      seen = seen.subarray(end);
    }
  };
}
