import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** A frame of HTTP/2 (RFC 9113, section 4.1). */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export const FRAME = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7 } as const;

export const END_STREAM = 0x1;
export const END_HEADERS = 0x4;

/** `:status: 200`, out of the static table of HPACK. */
export const STATUS_200: Buffer = Buffer.of(0x88);

export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function goaway(lastStream: number, code: number): Buffer {
  const payload = Buffer.alloc(8);
  payload.writeUInt32BE(lastStream, 0);
  payload.writeUInt32BE(code, 4);
  return frame(FRAME.goaway, 0, 0, payload);
}

export function reset(stream: number, code: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(code, 0);
  return frame(FRAME.reset, 0, stream, payload);
}

export interface RawH2Upstream extends AsyncDisposable {
  readonly port: number;
  /** Connections so far. */
  readonly connections: number;
}

/** An upstream that says SETTINGS, and then what a test gives it, frame by frame. */
export async function rawH2Upstream(
  onFrame: (frame: Frame, socket: Socket, connection: number) => void,
  hello: Buffer = frame(FRAME.settings, 0, 0),
): Promise<RawH2Upstream> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    const connection = open.size;
    let seen: Buffer = Buffer.alloc(0);
    let at = PREFACE_BYTES;
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => {
      seen = Buffer.concat([seen, bytes]);
      while (seen.length >= at + 9) {
        const end = at + 9 + seen.readUIntBE(at, 3);
        if (seen.length < end) return;
        const payload = seen.subarray(at + 9, end);
        onFrame(
          { type: seen[at + 3] ?? 0, flags: seen[at + 4] ?? 0, stream: seen.readUInt32BE(at + 5), payload },
          socket,
          connection,
        );
        at = end;
      }
    });
    socket.write(hello);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return open.size;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const PREFACE_BYTES = 24;
