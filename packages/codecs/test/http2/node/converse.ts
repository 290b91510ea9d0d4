import type { ServerHttp2Stream } from "node:http2";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ClientConnection } from "../../../src/http2/index.ts";
import { type Asked, ask } from "./asked.ts";
import { bodyOf, type Conversation, type Exchange } from "./exchange.ts";
import { MemoryServer } from "./memory-server.ts";

/** A connection on which nobody has said anything for so many turns of the loop hangs. */
const MAX_SILENT_TURNS = 1_000;

/** How often there was something to compare, and what of it was whole. */
export interface Tally {
  answered: number;
  reset: number;
  bytes: number;
}

/** Numbers that look like chance and come again with their seed (a linear congruential generator). */
function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Plays a conversation between this package's client and a server of node:http2. Gives a sentence if the two disagree. */
export async function converse(conversation: Conversation, tally: Tally): Promise<string | undefined> {
  const { exchanges, streamWindowBytes, connectionWindowBytes, pieceBytes } = conversation;
  const random = chance(conversation.seed);
  const [settings, ...laterSettings] = conversation.settings;
  const problems: string[] = [];
  const server = new MemoryServer(settings as Conversation["settings"][number], (stream, rawHeaders) => {
    const id = Number(rawHeaders[rawHeaders.indexOf(":path") + 1]?.slice(1));
    serve(stream, rawHeaders, exchanges[id] as Exchange, (what) => problems.push(`request ${id}: ${what}`));
  });
  const connection = new ClientConnection(
    {
      wantsWrite() {},
      settings() {},
      streamClosed() {},
      goaway: (code) => void problems.push(`GOAWAY, code ${code}`),
      pong() {},
      failed: (error) => void problems.push(error.message),
    },
    { streamWindowBytes, connectionWindowBytes, maxListBytes: 65_536, maxFields: 100 },
  );
  const asked: Asked[] = [];
  const toServer: Buffer[] = [];
  const toClient: Buffer[] = [];
  let silentTurns = 0;
  while (asked.length < exchanges.length || !asked.every(({ isOver }) => isOver)) {
    if (asked.length < exchanges.length && random(2) === 0)
      asked.push(ask(connection, asked.length, exchanges[asked.length] as Exchange));
    if (laterSettings.length > 0 && random(10) === 0) server.session?.settings({ ...laterSettings.shift() });
    for (const one of asked) one.turn();
    const before = toServer.length + toClient.length;
    toServer.push(...connection.take());
    carry(toServer, pieceBytes, random, (piece) => server.says(piece));
    toClient.push(...server.take());
    silentTurns = before + toServer.length + toClient.length > 0 ? 0 : silentTurns + 1;
    carry(toClient, pieceBytes, random, (piece) => connection.feed(piece));
    await nextTurn();
    if (problems.length > 0 || server.error !== undefined) break;
    if (silentTurns > MAX_SILENT_TURNS) {
      problems.push(`hangs: ${asked.filter(({ isOver }) => !isOver).map(({ state }) => state)}`);
      break;
    }
  }
  if (server.error !== undefined) problems.push(`node:http2 objects: ${server.error.message}`);
  if (problems.length === 0 && connection.streams > 0)
    problems.push(`${connection.streams} streams are left`);
  server.close();
  connection.closed("the conversation is over");
  for (const [i, one] of asked.entries()) {
    const what = one.disagreement();
    if (what !== undefined) problems.push(`response ${i}: ${what}`);
    if (one.isWhole) tally.answered++;
    else tally.reset++;
    tally.bytes += one.bytes;
  }
  return problems[0];
}

/** Carries some of the bytes on, in pieces of all lengths. */
function carry(
  waiting: Buffer[],
  pieceBytes: number,
  random: (below: number) => number,
  to: (piece: Buffer) => void,
): void {
  const bytes = Buffer.concat(waiting.splice(0));
  let at = 0;
  // Bytes one by one, but not one in a turn: what is large would never come to its end.
  for (let pieces = 0; at < bytes.length && pieces < 200; pieces++) {
    const end = Math.min(at + 1 + random(bytes.length > 20_000 ? 65_536 : pieceBytes), bytes.length);
    to(bytes.subarray(at, end));
    at = end;
    if (random(8) === 0) break;
  }
  if (at < bytes.length) waiting.push(bytes.subarray(at));
}

/** The server's part. */
function serve(
  stream: ServerHttp2Stream,
  rawHeaders: readonly string[],
  { request, response }: Exchange,
  object: (what: string) => void,
): void {
  const fields = rawHeaders.slice(8);
  if (fields.join("\n") !== request.fields.join("\n")) object(`its fields came as ${JSON.stringify(fields)}`);
  const body: Buffer[] = [];
  let trailers: readonly string[] = [];
  stream.on("trailers", (_headers, _flags, raw) => {
    trailers = raw as unknown as string[];
  });
  stream.on("data", (bytes: Buffer) => void body.push(bytes));
  stream.on("end", () => {
    if (stream.aborted || stream.destroyed) return;
    if (!Buffer.concat(body).equals(bodyOf(request.bodyBytes))) object("its body came as another one");
    if (trailers.join("\n") !== request.trailers.join("\n"))
      object(`its trailers came as ${JSON.stringify(trailers)}`);
    if (response.isAfterRequest) answer(stream, response);
  });
  if (!response.isAfterRequest) answer(stream, response);
}

/** Plays the response of an exchange. */
export function answer(stream: ServerHttp2Stream, response: Exchange["response"]): void {
  const { informational, status, fields, trailers, reset } = response;
  if (stream.destroyed || stream.closed) return;
  for (let i = 0; i < informational; i++) stream.additionalHeaders({ ":status": 103, link: `</${i}>` });
  const head = Object.fromEntries(pairs(fields));
  stream.on("wantTrailers", () => stream.sendTrailers(Object.fromEntries(pairs(trailers))));
  stream.respond({ ":status": status, ...head }, {
    waitForTrailers: trailers.length > 0,
    sendDate: false,
  } as object);
  const body = bodyOf(response.bodyBytes);
  if (reset === undefined) {
    stream.end(body);
    return;
  }
  stream.write(body.subarray(0, reset.at), () => stream.close(reset.code));
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [
    flat[2 * i] as string,
    flat[2 * i + 1] as string,
  ]);
}
