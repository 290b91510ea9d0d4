// What frames cost a proxy, in operations per second of CPU time: node --conditions=@dualmesh/source bench/frames.ts
import {
  bolt,
  createBoltHead,
  findBoltHeader,
  readBoltFrame,
  readBoltHead,
  SOFA_HEADER,
  sofaCallHeaders,
  writeBoltFrame,
  writeBoltId,
} from "../src/bolt/index.ts";
import { FrameDecoder } from "../src/frame/index.ts";

const ROUNDS = 9;
const ROUND_MS = 120;

/** The median of some rounds: CPU time, so that whoever else has the core does not count. */
function perSecond(run: (times: number) => void): number {
  let times = 1;
  let spent = 0;
  for (; spent < ROUND_MS * 1_000; times *= 2) spent = spentBy(run, times);
  const rounds = Array.from({ length: ROUNDS }, () => times / spentBy(run, times));
  return (rounds.toSorted((a, b) => a - b)[(ROUNDS - 1) / 2] as number) * 1e6;
}

function spentBy(run: (times: number) => void, times: number): number {
  const start = process.cpuUsage();
  run(times);
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

function say(name: string, rate: number, bytes?: number): void {
  const [unit, factor] = rate > 1e6 ? ["M", 1e6] : ["k", 1e3];
  const text = rate > 1e3 ? `${(rate / factor).toFixed(1)} ${unit}/s` : `${rate.toFixed(1)} /s`;
  const volume = bytes === undefined ? "" : `${((rate * bytes) / 2 ** 30).toFixed(1)} GiB/s`;
  console.log(`${name.padEnd(62)} ${text.padStart(12)} ${volume.padStart(12)}`);
}

let sum = 0;

const CALL = Buffer.concat(
  writeBoltFrame({
    type: 1,
    command: 1,
    id: 7,
    timeoutMs: 3_000,
    className: "com.alipay.sofa.rpc.core.request.SofaRequest",
    headers: sofaCallHeaders({
      service: "com.example.OrderService:1.0",
      method: "placeOrder",
      targetApp: "orders",
      traceId: "c0000202179524341503110017475",
      rpcId: "0.1",
      headers: new Map([
        ["protocol", "bolt"],
        ["type", "sync"],
        ["app", "shop"],
        ["generic.revise", "true"],
      ]),
    }),
    content: Buffer.alloc(400, 1),
  }).bytes,
);
const CHECKED = Buffer.concat(
  writeBoltFrame({
    protocol: 2,
    checksum: true,
    type: 1,
    command: 1,
    id: 7,
    content: Buffer.alloc(CALL.length - 28),
  }).bytes,
);

const head = createBoltHead();
say(
  "bolt: a head",
  perSecond((times) => {
    for (let i = 0; i < times; i++) sum += readBoltHead(CALL, 0, head) + head.id;
  }),
);
readBoltHead(CALL, 0, head);
const headersAt = head.headLength + head.classLength;
const headersEnd = headersAt + head.headersLength;
say(
  "bolt: a header found by name, of 11",
  perSecond((times) => {
    for (let i = 0; i < times; i++) sum += findBoltHeader(CALL, headersAt, headersEnd, SOFA_HEADER.method);
  }),
);
const frame = readBoltFrame(CALL);
say(
  "bolt: the same, as text",
  perSecond((times) => {
    for (let i = 0; i < times; i++) sum += frame.method.length;
  }),
);
say(
  "bolt: an id written in place",
  perSecond((times) => {
    for (let i = 0; i < times; i++) writeBoltId(CALL, 0, i);
  }),
);
say(
  `bolt: the same with a check sum over ${CHECKED.length} bytes`,
  perSecond((times) => {
    for (let i = 0; i < times; i++) writeBoltId(CHECKED, 0, i);
  }),
);
say(
  "bolt: a frame read, its route found, its id spliced",
  perSecond((times) => {
    for (let i = 0; i < times; i++) {
      const read = readBoltFrame(CALL);
      sum += read.service.length + read.method.length + read.withId(i).bytes.length;
    }
  }),
);
say(
  "bolt: the same, and a header and the timeout",
  perSecond((times) => {
    for (let i = 0; i < times; i++) {
      const read = readBoltFrame(CALL);
      sum += read.service.length + read.method.length;
      sum += read.withId(i).withHeader("rpc_trace_context.sofaRpcId", "0.1.1").withTimeout(2_900)
        .bytes.length;
    }
  }),
);

const MANY = Buffer.concat(Array.from({ length: 64 }, () => CALL));
const decoder = new FrameDecoder(bolt, ({ id }) => {
  sum += id;
});
say(
  `frames: 64 of ${CALL.length} bytes in a piece`,
  perSecond((times) => {
    for (let i = 0; i < times; i++) decoder.feed(MANY);
  }) * 64,
  CALL.length,
);

const LARGE_BYTES = 16 * 1024 * 1024;
const LARGE = Buffer.concat(
  writeBoltFrame({ type: 1, command: 1, id: 7, content: Buffer.alloc(LARGE_BYTES - 22) }).bytes,
);
const pieces: Buffer[] = [];
for (let at = 0; at < LARGE.length; at += 16_384) pieces.push(LARGE.subarray(at, at + 16_384));
const large = new FrameDecoder(bolt, ({ byteLength }) => (sum += byteLength), { maxBytes: LARGE_BYTES });
say(
  "one concatenation of 16 MiB in pieces of 16 KiB",
  perSecond((times) => {
    for (let i = 0; i < times; i++) sum += Buffer.concat(pieces, LARGE.length).length;
  }),
  LARGE_BYTES,
);
say(
  "frames: one of 16 MiB in pieces of 16 KiB",
  perSecond((times) => {
    for (let i = 0; i < times; i++) for (const piece of pieces) large.feed(piece);
  }),
  LARGE_BYTES,
);
const SMALL = LARGE.subarray(0, 65_536);
SMALL.writeUInt32BE(SMALL.length - 22, 18);
const drops = Array.from(SMALL, (byte) => Buffer.of(byte));
say(
  "frames: one of 64 KiB in single bytes",
  perSecond((times) => {
    for (let i = 0; i < times; i++) for (const drop of drops) large.feed(drop);
  }),
  SMALL.length,
);
// What was computed must be used, or it would not be computed.
if (sum === 0) console.log(sum);
