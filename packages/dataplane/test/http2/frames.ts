/** What a client of HTTP/2 sends first (RFC 9113, section 3.4). */
export const PREFACE: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** A frame of HTTP/2 (RFC 9113, section 4.1). */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const END_STREAM = 0x1;
export const ACK = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;

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

/** A list of settings, each a number and a value (RFC 9113, section 6.5.1). */
export function settings(...pairs: readonly (readonly [number, number])[]): Buffer {
  const payload = Buffer.alloc(6 * pairs.length);
  pairs.forEach(([name, value], i) => {
    payload.writeUInt16BE(name, 6 * i);
    payload.writeUInt32BE(value, 6 * i + 2);
  });
  return frame(FRAME.settings, 0, 0, payload);
}

export function windowUpdate(stream: number, increment: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(increment);
  return frame(FRAME.windowUpdate, 0, stream, payload);
}

/** A head in as many frames as there are blocks. */
export function head(stream: number, flags: number, ...blocks: readonly Buffer[]): Buffer {
  const last = blocks.length - 1;
  return Buffer.concat(
    blocks.map((block, i) => {
      const end = i === last ? END_HEADERS : 0;
      return i === 0
        ? frame(FRAME.headers, flags | end, stream, block)
        : frame(FRAME.continuation, end, stream, block);
    }),
  );
}

/** Fields as HPACK literals that enter no table (RFC 7541, section 6.2.2). */
export function fields(...pairs: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(pairs.flatMap(([name, value]) => [Buffer.of(0), literal(name), literal(value)]));
}

/** A field that enters the table (RFC 7541, section 6.2.1), and so often the byte that stands for it. */
export function repeated(name: string, value: string, times: number): Buffer {
  return Buffer.concat([Buffer.of(0x40), literal(name), literal(value), Buffer.alloc(times, 0xbe)]);
}

/** A string with its length before it (RFC 7541, section 5.2). */
function literal(text: string): Buffer {
  const bytes = Buffer.from(text, "latin1");
  if (bytes.length < 0x7f) return Buffer.concat([Buffer.of(bytes.length), bytes]);
  const length = [0x7f];
  let rest = bytes.length - 0x7f;
  for (; rest >= 0x80; rest >>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from(length), Buffer.of(rest), bytes]);
}

/** Cuts what a peer sends into frames, behind so many bytes that are none. */
export function frameReader(skip: number, onFrame: (received: Frame) => void): (bytes: Buffer) => void {
  let seen: Buffer = Buffer.alloc(0);
  let toSkip = skip;
  return (bytes) => {
    seen = Buffer.concat([seen, bytes]);
    if (seen.length < toSkip) return;
    let at = toSkip;
    toSkip = 0;
    for (let end = endOfFrame(seen, at); end <= seen.length; end = endOfFrame(seen, at)) {
      const payload = seen.subarray(at + HEAD_BYTES, end);
      const [type, flags, stream] = [
        seen.readUInt8(at + 3),
        seen.readUInt8(at + 4),
        seen.readUInt32BE(at + 5),
      ];
      at = end;
      onFrame({ type, flags, stream, payload });
    }
    seen = seen.subarray(at);
  };
}

const HEAD_BYTES = 9;

/** Where the frame ends that begins there; beyond what has come, if its head has not come whole. */
function endOfFrame(seen: Buffer, at: number): number {
  if (seen.length < at + HEAD_BYTES) return Number.POSITIVE_INFINITY;
  return at + HEAD_BYTES + seen.readUIntBE(at, 3);
}
