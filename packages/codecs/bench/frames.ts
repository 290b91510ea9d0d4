// What frames cost a proxy, in operations per second of CPU time: node --conditions=@dualmesh/source bench/frames.ts
import {
  bolt,
  createBoltHead,
  findBoltHeader,
  readBoltFrame,
  readBoltHead,
  SOFA_CLASS,
  SOFA_HEADER,
  sofaCallHeaders,
  writeBoltFrame,
  writeBoltId,
} from "../src/bolt/index.ts";
import { createDubboHead, readDubboFrame, readDubboHead, writeDubboCall } from "../src/dubbo/index.ts";
import { FrameDecoder } from "../src/frame/index.ts";
import { HessianWriter, PROFILES } from "../src/hessian/index.ts";

const ROUNDS = 9;
const ROUND_MS = 120;

/** What was computed must be used, or it would not be computed. */
let sum = 0;

/** The median of some rounds: CPU time, so that whoever else has the core does not count. */
function perSecond(run: (times: number) => number): number {
  let times = 1;
  let spent = 0;
  for (; spent < ROUND_MS * 1_000; times *= 2) spent = spentBy(run, times);
  const rounds = Array.from({ length: ROUNDS }, () => times / spentBy(run, times));
  return (rounds.toSorted((a, b) => a - b)[(ROUNDS - 1) / 2] as number) * 1e6;
}

function spentBy(run: (times: number) => number, times: number): number {
  const start = process.cpuUsage();
  sum += run(times);
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

function say(name: string, rate: number, bytes?: number): void {
  const [unit, factor] = rate > 1e6 ? ["M", 1e6] : ["k", 1e3];
  const text = rate > 1e3 ? `${(rate / factor).toFixed(1)} ${unit}/s` : `${rate.toFixed(1)} /s`;
  const volume = bytes === undefined ? "" : `${((rate * bytes) / 2 ** 30).toFixed(1)} GiB/s`;
  console.log(`${name.padEnd(62)} ${text.padStart(12)} ${volume.padStart(12)}`);
}

const headers = sofaCallHeaders({
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
});
const content = Buffer.alloc(400, 1);
const CALL = Buffer.concat(
  writeBoltFrame({
    type: 1,
    command: 1,
    id: 7,
    timeoutMs: 3_000,
    className: SOFA_CLASS.request,
    headers,
    content,
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

/** A loop of `step`, whose numbers are added up where the engine can keep them in a register. */
function each(step: (i: number) => number): (times: number) => number {
  return (times) => {
    let total = 0;
    for (let i = 0; i < times; i++) total += step(i);
    return total;
  };
}

const head = createBoltHead();
say(
  "bolt: a head",
  // No call between the loop and what it measures: it would be most of it.
  perSecond((times) => {
    let total = 0;
    for (let i = 0; i < times; i++) total += readBoltHead(CALL, 0, head);
    return total;
  }),
);
readBoltHead(CALL, 0, head);
const headersAt = head.headLength + head.classLength;
const headersEnd = headersAt + head.headersLength;
say(
  "bolt: a header found by name, of 10",
  perSecond((times) => {
    let total = 0;
    for (let i = 0; i < times; i++) total += findBoltHeader(CALL, headersAt, headersEnd, SOFA_HEADER.method);
    return total;
  }),
);
const frame = readBoltFrame(CALL);
say("bolt: the same, as text", perSecond(each(() => frame.method.length)));
say(
  "bolt: an id written in place",
  perSecond((times) => {
    for (let i = 0; i < times; i++) writeBoltId(CALL, 0, i);
    return CALL[8] as number;
  }),
);
say(
  `bolt: the same with a check sum over ${CHECKED.length} bytes`,
  perSecond(
    each((i) => {
      writeBoltId(CHECKED, 0, i);
      return i;
    }),
  ),
);
say(
  "bolt: a frame read, its route found, its id spliced",
  perSecond(
    each((i) => {
      const read = readBoltFrame(CALL);
      return read.service.length + read.method.length + read.withId(i).bytes.length;
    }),
  ),
);
say(
  "bolt: the same, and a header and the timeout",
  perSecond(
    each((i) => {
      const read = readBoltFrame(CALL);
      const routed = read.service.length + read.method.length;
      return routed + read.withId(i).withHeader(SOFA_HEADER.rpcId, "0.1.1").withTimeout(2_900).bytes.length;
    }),
  ),
);
say(
  "bolt: a frame written",
  perSecond(
    each((id) => {
      const written = writeBoltFrame({
        type: 1,
        command: 1,
        id,
        className: SOFA_CLASS.request,
        headers,
        content,
      });
      return written.bytes.length;
    }),
  ),
);

const INVOCATION = Buffer.concat(
  writeDubboCall({
    id: 7,
    service: "com.example.OrderService",
    version: "1.0.0",
    method: "placeOrder",
    descriptor: "Ljava/util/Map;I",
    arguments: orderArguments(),
    attachments: new Map([
      ["path", "com.example.OrderService"],
      ["remote.application", "shop"],
      ["interface", "com.example.OrderService"],
      ["version", "1.0.0"],
      ["timeout", "3000"],
    ]),
  }).bytes,
);
const dubboHead = createDubboHead();
say(
  "dubbo: a head",
  perSecond((times) => {
    let total = 0;
    for (let i = 0; i < times; i++) total += readDubboHead(INVOCATION, 0, dubboHead);
    return total;
  }),
);
say(
  "dubbo: a frame read, its route found, its id spliced",
  perSecond(
    each((i) => {
      const read = readDubboFrame(INVOCATION);
      return read.service.length + read.method.length + read.withId(i).bytes.length;
    }),
  ),
);
say(
  `dubbo: the same, and the timeout behind arguments, in ${INVOCATION.length} bytes`,
  perSecond(
    each((i) => {
      const read = readDubboFrame(INVOCATION);
      return read.service.length + read.method.length + read.withId(i).withTimeout(2_900).bytes.length;
    }),
  ),
);

const MANY = Buffer.concat(Array.from({ length: 64 }, () => CALL));
const decoder = new FrameDecoder(bolt, ({ id }) => {
  sum += id;
});
say(
  `frames: 64 of ${CALL.length} bytes in a piece`,
  64 *
    perSecond((times) => {
      for (let i = 0; i < times; i++) decoder.feed(MANY);
      return times;
    }),
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
  perSecond(each(() => Buffer.concat(pieces, LARGE.length).length)),
  LARGE_BYTES,
);
say(
  "frames: one of 16 MiB in pieces of 16 KiB",
  perSecond(
    each(() => {
      for (const piece of pieces) large.feed(piece);
      return 1;
    }),
  ),
  LARGE_BYTES,
);
const SMALL = Buffer.concat(
  writeBoltFrame({ type: 1, command: 1, id: 7, content: Buffer.alloc(65_536 - 22) }).bytes,
);
const drops = Array.from(SMALL, (byte) => Buffer.of(byte));
say(
  "frames: one of 64 KiB in single bytes",
  perSecond(
    each(() => {
      for (const drop of drops) large.feed(drop);
      return 1;
    }),
  ),
  SMALL.length,
);
if (sum === 0) console.log(sum);

/** A map of 20 entries and an int. */
function orderArguments(): Buffer {
  const writer = new HessianWriter({ profile: PROFILES["dubbo-3"] }).begin();
  writer.any(new Map(Array.from({ length: 20 }, (_, i) => [`field${i}`, `value ${i}`])));
  writer.any(3);
  return writer.take();
}
