import { DecodeError, type Frame, type FrameCodec, type FrameKind } from "@dualmesh/codecs/frame";

/*
 * The protocol of Acme Corp.:
 *
 *   "AC" | kind 1 | id 4 | timeout in ms, or status 4 | head length 2 | body length 4 | head | body
 *
 * where the head is a query string: `:service=orders&:method=get&trace=7`.
 */
const FIXED_BYTES = 17;
const KINDS: readonly FrameKind[] = ["request", "oneway", "response", "heartbeat", "heartbeat-ack", "goaway"];
const [OK, REFUSED] = [0, 503];

/** What a frame says. `number`: the timeout of a request, the status of a response. */
interface Fields {
  readonly kind: FrameKind;
  readonly id: number;
  readonly number: number;
  readonly head: Buffer;
  readonly body: Buffer;
}

class AcmeFrame implements Frame {
  readonly protocol = "acme";
  readonly idHigh = 0;
  readonly #fields: Fields;
  #bytes: readonly Buffer[] | undefined;
  #names: URLSearchParams | undefined;

  /** @param whole The bytes of its fields, if they are there. */
  constructor(fields: Fields, whole?: Buffer) {
    this.#fields = fields;
    if (whole !== undefined) this.#bytes = [whole];
  }

  get kind(): FrameKind {
    return this.#fields.kind;
  }
  get id(): number {
    return this.#fields.id;
  }
  get service(): string {
    return this.#head.get(":service") ?? "";
  }
  get method(): string {
    return this.#head.get(":method") ?? "";
  }
  get timeoutMs(): number | undefined {
    return this.kind === "request" && this.#fields.number > 0 ? this.#fields.number : undefined;
  }
  get status(): number {
    return this.kind === "response" ? this.#fields.number : -1;
  }
  get body(): Buffer {
    return this.#fields.body;
  }
  get bytes(): readonly Buffer[] {
    this.#bytes ??= write(this.#fields);
    return this.#bytes;
  }
  get byteLength(): number {
    return FIXED_BYTES + this.#fields.head.length + this.body.length;
  }
  header(name: string): string | undefined {
    return this.#head.getAll(name).at(-1);
  }
  headers(): Iterable<readonly [name: string, value: string]> {
    return [...this.#head].filter(([name]) => !name.startsWith(":"));
  }
  withId(id: number): AcmeFrame {
    return new AcmeFrame({ ...this.#fields, id: id >>> 0 });
  }
  withHeader(name: string, value: string | undefined): AcmeFrame {
    return this.withHeaders(new Map([[name, value]]));
  }
  withHeaders(changes: ReadonlyMap<string, string | undefined>): AcmeFrame {
    const head = new URLSearchParams(this.#head);
    for (const [name, value] of changes) {
      head.delete(name);
      if (value !== undefined) head.append(name, value);
    }
    return new AcmeFrame({ ...this.#fields, head: Buffer.from(head.toString()) });
  }
  withTimeout(timeoutMs: number): AcmeFrame {
    return this.kind === "request" ? new AcmeFrame({ ...this.#fields, number: timeoutMs }) : this;
  }
  get #head(): URLSearchParams {
    this.#names ??= new URLSearchParams(this.#fields.head.toString());
    return this.#names;
  }
}

export const acme: FrameCodec = {
  name: "acme",
  maxDetectBytes: 2,
  detect([first, second]) {
    if (first === undefined || (first === 0x41 && second === undefined)) return "more";
    return first === 0x41 && second === 0x43 ? "yes" : "no";
  },
  measure(bytes, at, end, { maxBytes }) {
    if (acme.detect(bytes.subarray(at, end)) === "no")
      throw new DecodeError("INVALID_ARGUMENT", "acme frame: no AC", 0);
    if (end - at < FIXED_BYTES) return 0;
    const length = FIXED_BYTES + bytes.readUInt16BE(at + 11) + bytes.readUInt32BE(at + 13);
    if (length <= maxBytes) return length;
    throw new DecodeError(
      "RESOURCE_EXHAUSTED",
      `acme frame: ${length} bytes are over the limit of ${maxBytes} bytes`,
      11,
    );
  },
  read(bytes) {
    const kind = KINDS[bytes.readUInt8(2)];
    if (kind === undefined)
      throw new DecodeError("INVALID_ARGUMENT", `acme frame: kind ${bytes[2]} is none`, 2);
    const bodyAt = FIXED_BYTES + bytes.readUInt16BE(11);
    const [head, body] = [bytes.subarray(FIXED_BYTES, bodyAt), bytes.subarray(bodyAt)];
    return new AcmeFrame(
      { kind, id: bytes.readUInt32BE(3), number: bytes.readUInt32BE(7), head, body },
      bytes,
    );
  },
  heartbeat: (id) => acmeFrame("heartbeat", id, 0),
  heartbeatAck: ({ id }) => acmeFrame("heartbeat-ack", id, 0),
  goaway: (id) => acmeFrame("goaway", id, 0),
  refuse: ({ id }, { message }) => acmeFrame("response", id, REFUSED, "", Buffer.from(message)),
  outcome: ({ status }) => (status === OK ? "OK" : status === REFUSED ? "UNAVAILABLE" : "UNKNOWN"),
};

export function acmeFrame(
  kind: FrameKind,
  id: number,
  number: number,
  head = "",
  body: Buffer = Buffer.alloc(0),
): Frame {
  return new AcmeFrame({ kind, id, number, head: Buffer.from(head), body });
}

function write({ kind, id, number, head, body }: Fields): readonly Buffer[] {
  const front = Buffer.alloc(FIXED_BYTES);
  front.write("AC");
  front.writeUInt8(KINDS.indexOf(kind), 2);
  front.writeUInt32BE(id, 3);
  front.writeUInt32BE(number, 7);
  front.writeUInt16BE(head.length, 11);
  front.writeUInt32BE(body.length, 13);
  return [Buffer.concat([front, head]), body];
}
