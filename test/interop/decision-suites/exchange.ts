import { connect } from "node:net";
import { type Answer, isFinal, readAnswers } from "./answers.ts";
import type { CaseRequest, FieldInput } from "./suite.ts";

/** What came back on a connection. */
export interface Exchange {
  readonly answers: readonly Answer[];
  /** Whether the proxy has closed it. */
  readonly closed: boolean;
  readonly tookMs: number;
}

/** One request, at most. */
const LIMIT_MS = 15_000;
/** A raw exchange is over when so long nothing came: whether the proxy closes is part of what is observed. */
const QUIET_MS = 500;

/**
 * Sends a request on a connection of its own, to the letter, and reads what comes of it: for a plain request up to the final
 * answer, for a raw one until the proxy closes or falls silent.
 *
 * @throws {Error} where there is no connection, or no answer in time.
 */
export function exchange(port: number, request: CaseRequest, defaultHost: string): Promise<Exchange> {
  const { source, raw, method = "GET" } = request;
  const { promise, resolve, reject } = Promise.withResolvers<Exchange>();
  const beganMs = performance.now();
  const chunks: Buffer[] = [];
  const socket = connect({
    port,
    host: "127.0.0.1",
    ...(source === undefined ? {} : { localAddress: source }),
  });
  const read = (closed: boolean): readonly Answer[] =>
    readAnswers(Buffer.concat(chunks).toString("latin1"), method, closed);
  const finish = (closed: boolean): void => {
    stop();
    resolve({ answers: read(closed), closed, tookMs: performance.now() - beganMs });
  };
  const fail = (error: Error): void => {
    stop();
    reject(error);
  };
  const limit = setTimeout(() => fail(new Error(`no whole answer within ${LIMIT_MS} ms`)), LIMIT_MS);
  const quiet = setTimeout(() => finish(false), raw === undefined ? 2 * LIMIT_MS : 2 * QUIET_MS);
  function stop(): void {
    clearTimeout(limit);
    clearTimeout(quiet);
    socket.destroy();
  }
  socket.on("connect", () =>
    socket.write(raw === undefined ? requestText(request, defaultHost) : raw, "latin1"),
  );
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    if (raw === undefined && read(false).some(isFinal)) finish(false);
    if (raw !== undefined) quiet.refresh();
  });
  socket.on("end", () => finish(true));
  // A reset is the harder way to close; whoever gets none at all was refused.
  socket.on("error", (error) => (socket.bytesWritten === 0 ? fail(error) : finish(true)));
  return promise;
}

function requestText(request: CaseRequest, defaultHost: string): string {
  const { method = "GET", path = "/", host = defaultHost, headers = {}, body = "" } = request;
  const fields = [["Host", host] as const, ...fieldPairs(headers)];
  const measured = fields.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  if (body !== "" && !measured) fields.push(["Content-Length", String(body.length)]);
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `${method} ${path} HTTP/1.1\r\n${lines}\r\n${body}`;
}

function fieldPairs(input: FieldInput): (readonly [string, string])[] {
  if (Array.isArray(input)) return [...(input as readonly (readonly [string, string])[])];
  return Object.entries(input).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, value as string] as const),
  );
}
