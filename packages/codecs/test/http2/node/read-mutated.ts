import { ClientConnection } from "../../../src/http2/index.ts";
import { openStream } from "./recording.ts";

const WINDOW_BYTES = 65_535;
const BODY_BYTES = 100_000;

/** What ends have been told of, over all that was read. */
export interface MutatedTally {
  connections: number;
  failed: number;
  whole: number;
  reset: number;
}

/** How an observer behaves, besides that it counts. */
export interface Reading {
  readonly streams: number;
  /** Offsets where the bytes are cut. */
  readonly cuts: readonly number[];
  readonly readsBodies: boolean;
  /** Whether what is to be written is taken after each piece. */
  readonly isTaken: boolean;
}

/** Reads bytes of a server that may be anything. Gives a sentence where a promise of the connection is broken. */
export function readMutated(bytes: Buffer, reading: Reading, tally: MutatedTally): string | undefined {
  let failures = 0;
  let unread = 0;
  let closed = 0;
  const connection = new ClientConnection(
    {
      wantsWrite() {},
      settings() {},
      streamClosed: () => void closed++,
      goaway() {},
      pong() {},
      failed: () => void failures++,
    },
    {
      streamWindowBytes: WINDOW_BYTES,
      connectionWindowBytes: WINDOW_BYTES,
      maxListBytes: 65_536,
      maxFields: 100,
    },
  );
  const ends = Array.from({ length: reading.streams }, () => 0);
  const isLate = (i: number): boolean => (ends[i] as number) > 0;
  const problems: string[] = [];
  for (const i of ends.keys()) {
    const hasBody = i % 3 === 2;
    const told = (what: string): void => {
      if (isLate(i)) problems.push(`stream ${i} is told of ${what} after its end`);
    };
    const end = (what: "whole" | "reset"): void => {
      told(what);
      ends[i] = (ends[i] as number) + 1;
      tally[what]++;
    };
    const stream = connection.request(openStream(i), !hasBody, {
      head: (_status, _fields, isEnd) => (isEnd ? end("whole") : told("a head")),
      data(piece) {
        told("bytes");
        if (reading.readsBodies) stream.consumed(piece.length);
        else unread += piece.length;
      },
      end: () => end("whole"),
      reset: () => end("reset"),
      drain: () => told("room"),
    });
    if (hasBody) stream.end(Buffer.alloc(BODY_BYTES));
  }
  let written = 0;
  const take = (): void => {
    for (const piece of connection.take()) written += piece.length;
  };
  let from = 0;
  for (const to of [
    ...reading.cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ]) {
    connection.feed(bytes.subarray(from, to));
    from = to;
    if (reading.isTaken) take();
  }
  connection.closed("the bytes are over");
  for (let before = -1; written > before; take()) before = written;
  tally.connections++;
  tally.failed += failures;
  if (failures > 1) problems.push(`it failed ${failures} times`);
  if (ends.some((count) => count !== 1)) problems.push(`ends per stream: ${ends}`);
  if (closed !== reading.streams) problems.push(`${closed} of ${reading.streams} streams were closed`);
  if (connection.streams > 0) problems.push(`${connection.streams} streams are left`);
  // What is reset makes room: each stream may have been full once.
  if (unread > WINDOW_BYTES * reading.streams) problems.push(`${unread} bytes are unread`);
  const bound = reading.streams * (BODY_BYTES + 1_000) + 2 * bytes.length + 10_000;
  if (written > bound) problems.push(`${written} bytes written for ${bytes.length}`);
  return problems[0];
}
