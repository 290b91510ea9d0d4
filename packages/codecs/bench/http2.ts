// What a call costs the client of HTTP/2, beside a loop over its bytes and beside that of node:http2, which both read the same
// answers of a server of node:http2: node --conditions=@dualmesh/source bench/http2.ts
import { once } from "node:events";
import { connect } from "node:http2";
import {
  type AddressInfo,
  connect as connectNet,
  createServer as createNetServer,
  type Socket,
} from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ClientConnection, type ClientStream, HeaderDecoder, HeaderEncoder } from "../src/http2/index.ts";
import { splitFrames } from "../test/http2/frames.ts";
import { MemoryServer } from "../test/http2/node/memory-server.ts";

const CALLS = 1_000;
/** Calls whose bytes come and go in one piece. */
const AT_ONCE = 20;
const ROUNDS = 40;
const MESSAGE = Buffer.alloc(100, 1);

/** What one service asks of another by gRPC; the id differs each time. */
const requestFields = (id: number): string[] => [
  ...[":method", "POST", ":scheme", "http", ":path", "/shop.Orders/Get", ":authority", "orders"],
  ...["content-type", "application/grpc", "te", "trailers", "user-agent", "grpc-node-js/1.14.7"],
  ...["x-request-id", `5f0c1b9e-8a4d-4c3e-9f2b-${1_000_000 + id}`, "grpc-timeout", "1S"],
];

let sum = 0;

/** Calls of our client, so many at once. */
class Ours {
  readonly #connection = new ClientConnection(
    {
      wantsWrite() {},
      settings() {},
      streamClosed() {},
      goaway() {},
      pong() {},
      failed(error) {
        throw new Error(error.message);
      },
    },
    { streamWindowBytes: 65_535, connectionWindowBytes: 1_048_576, maxListBytes: 65_536, maxFields: 100 },
  );

  readonly #onEnd: () => void;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  write(from: number): readonly Buffer[] {
    const onEnd = this.#onEnd;
    for (let id = from; id < from + AT_ONCE; id++) {
      const stream: ClientStream = this.#connection.request(requestFields(id), false, {
        head(status) {
          sum += status;
        },
        data: (bytes) => stream.consumed(bytes.length),
        end(trailers) {
          sum += trailers?.length ?? 0;
          onEnd();
        },
        reset({ why }) {
          throw new Error(why);
        },
        drain() {},
      });
      stream.end(MESSAGE);
    }
    return this.#connection.take();
  }

  read(bytes: Buffer): void {
    this.#connection.feed(bytes);
  }
}

/** What a server of node:http2 says to each piece of calls. */
async function recordAnswers(): Promise<{ readonly answers: readonly Buffer[]; readonly asked: number }> {
  const server = new MemoryServer({}, (stream, rawHeaders) => {
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.respond(
      {
        ":status": 200,
        "content-type": "application/grpc",
        "grpc-accept-encoding": "identity,deflate,gzip",
        "x-request-id": rawHeaders[rawHeaders.indexOf("x-request-id") + 1],
      },
      { waitForTrailers: true, sendDate: false } as object,
    );
    stream.end(MESSAGE);
    stream.resume();
  });
  const client = new Ours(() => {});
  const answers: Buffer[] = [];
  let asked = 0;
  for (let from = 0; from < CALLS; from += AT_ONCE) {
    const written = Buffer.concat(client.write(from));
    asked = written.length / AT_ONCE;
    server.says(written);
    const said: Buffer[] = [];
    for (let silent = 0; silent < 10; silent++) {
      await nextTurn();
      const bytes = server.take();
      if (bytes.length > 0) silent = 0;
      said.push(...bytes);
    }
    answers.push(Buffer.concat(said));
    client.read(answers.at(-1) as Buffer);
  }
  server.close();
  return { answers, asked };
}

/** The least over many rounds, in nanoseconds per call: what it costs when nobody else has the core. */
async function best(round: () => Promise<number> | number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < ROUNDS; repeat++) least = Math.min(least, await round());
  return (least / CALLS) * 1e6;
}

function timed(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** The least that anybody must do: look at each byte. */
function loopOver(bytes: number): Promise<number> {
  const memory = Buffer.alloc(Math.round(bytes), 1);
  return best(() =>
    timed(() => {
      for (let call = 0; call < CALLS; call++) {
        let at = 0;
        while (at < memory.length && memory[at] !== 0) at++;
        sum += at;
      }
    }),
  );
}

/** Two ends of a connection over the loopback interface, of which the second reads everything and says what it is told to. */
async function sockets(): Promise<readonly [client: Socket, server: Socket]> {
  const listener = createNetServer({ noDelay: true }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const client = connectNet({
    port: (listener.address() as AddressInfo).port,
    host: "127.0.0.1",
    noDelay: true,
  });
  const [[server]] = (await Promise.all([once(listener, "connection"), once(client, "connect")])) as [
    [Socket],
    unknown,
  ];
  listener.close();
  server.resume().on("error", () => {});
  return [client, server];
}

/** Our client over a socket. */
async function byOurs(answers: readonly Buffer[]): Promise<number> {
  const [socket, server] = await sockets();
  let over = Promise.withResolvers<void>();
  let left = AT_ONCE;
  const client = new Ours(() => {
    if (--left === 0) over.resolve();
  });
  socket.on("data", (bytes) => client.read(bytes));
  let spent = 0;
  for (const [i, answer] of answers.entries()) {
    const start = performance.now();
    over = Promise.withResolvers();
    left = AT_ONCE;
    for (const piece of client.write(i * AT_ONCE)) socket.write(piece);
    await nextTurn();
    server.write(answer);
    await over.promise;
    spent += performance.now() - start;
  }
  socket.destroy();
  return spent;
}

/** The client of node:http2, which reads the same answers. */
async function byNode(answers: readonly Buffer[]): Promise<number> {
  const [socket, server] = await sockets();
  const session = connect("http://orders", { createConnection: () => socket });
  await once(session, "connect");
  let spent = 0;
  for (const [i, answer] of answers.entries()) {
    const start = performance.now();
    const over = Promise.withResolvers<void>();
    let left = AT_ONCE;
    for (let id = i * AT_ONCE; id < (i + 1) * AT_ONCE; id++) {
      const stream = session.request(nodeHeaders(id));
      stream.on("response", (response) => {
        sum += Number(response[":status"]);
      });
      stream.on("data", (bytes: Buffer) => {
        sum += bytes.length;
      });
      stream.on("trailers", () => {
        sum++;
      });
      stream.on("end", () => {
        if (--left === 0) over.resolve();
      });
      stream.end(MESSAGE);
    }
    // Its requests leave before their answers come.
    await nextTurn();
    server.write(answer);
    await over.promise;
    spent += performance.now() - start;
  }
  session.destroy();
  return spent;
}

function nodeHeaders(id: number): Record<string, string> {
  const fields = requestFields(id);
  const headers: Record<string, string> = {};
  for (let i = 0; i < fields.length; i += 2) headers[fields[i] as string] = fields[i + 1] as string;
  return headers;
}

function say(name: string, bytes: number, loop: number, nanoseconds: number): void {
  const text = `${name} (${bytes.toFixed(0)} bytes)`.padEnd(56);
  const ratio = (nanoseconds / loop).toFixed(2);
  console.log(`${text} ${nanoseconds.toFixed(0).padStart(6)} ns  ${ratio.padStart(6)} × the loop`);
}

const { answers, asked } = await recordAnswers();
const answered = Buffer.concat(answers).length / CALLS;
const loops = { asked: await loopOver(asked), answered: await loopOver(answered) };

const encoder = new HeaderEncoder();
const written = await best(() =>
  timed(() => {
    for (let id = 0; id < CALLS; id++) sum += encoder.write(requestFields(id)).length;
  }),
);
const blockBytes = encoder.write(requestFields(0)).length;
say("a request's fields: written", blockBytes, (loops.asked * blockBytes) / asked, written);

const blocks = splitFrames(Buffer.concat(answers)).filter((bytes) => bytes[3] === 1);
const read = await best(() => {
  const decoder = new HeaderDecoder({ maxTableBytes: 4_096, maxListBytes: 65_536, maxFields: 100 });
  return timed(() => {
    for (const block of blocks) sum += decoder.read(block.subarray(9)).length;
  });
});
const readBytes = blocks.reduce((all, { length }) => all + length - 9, 0) / CALLS;
say("a response's fields and trailers: read", readBytes, (loops.answered * readBytes) / answered, read);

const ours = { write: Number.POSITIVE_INFINITY, read: Number.POSITIVE_INFINITY };
const both = await best(() => {
  const client = new Ours(() => {});
  let [writing, reading] = [0, 0];
  for (const [i, answer] of answers.entries()) {
    writing += timed(() => {
      sum += client.write(i * AT_ONCE).length;
    });
    reading += timed(() => client.read(answer));
  }
  ours.write = Math.min(ours.write, (writing / CALLS) * 1e6);
  ours.read = Math.min(ours.read, (reading / CALLS) * 1e6);
  return writing + reading;
});
say("a request of 100 bytes: written", asked, loops.asked, ours.write);
say("its response, with trailers: read", answered, loops.answered, ours.read);
const loop = loops.asked + loops.answered;
say("a call: written and read", asked + answered, loop, both);
const overSocket = await best(() => byOurs(answers));
say("a call over loopback", asked + answered, loop, overSocket);
const node = await best(() => byNode(answers));
say("a call over loopback by node:http2", asked + answered, loop, node);
console.log(`node:http2 takes ${(node / overSocket).toFixed(1)} times as long`);
// What was computed must be used, or it would not be computed.
if (sum === 0) console.log(sum);
