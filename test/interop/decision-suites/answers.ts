/** An answer of HTTP/1.1 as it was on the wire. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly fields: readonly (readonly [string, string])[];
  /** As Latin-1. */
  readonly body: string;
  /** Whether all of it was there. */
  readonly whole: boolean;
}

/**
 * Reads the answers on a connection, whose bytes so far are given as Latin-1; the last may be unfinished.
 *
 * @param closed whether the peer has closed it, which ends a body without length.
 */
export function readAnswers(text: string, method: string, closed: boolean): readonly Answer[] {
  const answers: Answer[] = [];
  for (let at = 0; ; ) {
    const headEnd = text.indexOf("\r\n\r\n", at);
    if (headEnd < 0) return answers;
    const [statusLine = "", ...lines] = text.slice(at, headEnd).split("\r\n");
    const status = Number(statusLine.split(" ")[1] ?? 0);
    const fields = lines.map(readField);
    const { body, end, whole } = readBody(text, headEnd + 4, { status, fields, method, closed });
    answers.push({ status, fields, body, whole });
    at = end;
  }
}

/** 101 ends HTTP on a connection; any other 1xx announces a later answer. */
export function isFinal({ status, whole }: Answer): boolean {
  return whole && (status >= 200 || status === 101);
}

/** One value as text, several as a list. */
export function fieldValue(
  fields: readonly (readonly [string, string])[],
  name: string,
): string | readonly string[] | undefined {
  const values = fields.filter(([one]) => one === name).map(([, value]) => value);
  return values.length > 1 ? values : values[0];
}

function readField(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

interface BodyContext extends Pick<Answer, "status" | "fields"> {
  readonly method: string;
  readonly closed: boolean;
}

interface ReadBody {
  readonly body: string;
  readonly end: number;
  readonly whole: boolean;
}

function readBody(text: string, start: number, context: BodyContext): ReadBody {
  const { status, fields, method, closed } = context;
  if (status < 200 || status === 204 || status === 304 || method === "HEAD") {
    return { body: "", end: start, whole: true };
  }
  if (fieldValue(fields, "transfer-encoding") !== undefined) return readChunks(text, start);
  const length = fieldValue(fields, "content-length");
  if (length === undefined) return { body: text.slice(start), end: text.length, whole: closed };
  const end = start + Number(length);
  return { body: text.slice(start, end), end, whole: text.length >= end };
}

/** Trailers are not looked for: no suite has any. */
function readChunks(text: string, start: number): ReadBody {
  let body = "";
  for (let at = start; ; ) {
    const lineEnd = text.indexOf("\r\n", at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(text.slice(at, lineEnd), 16);
    const end = lineEnd + 2 + size;
    if (Number.isNaN(size) || text.length < end + 2) return { body, end: text.length, whole: false };
    body += text.slice(lineEnd + 2, end);
    at = end + 2;
    if (size === 0) return { body, end: at, whole: true };
  }
}
