import { METHODS } from "node:http";
import { isDeepStrictEqual } from "node:util";
import {
  ENVOY,
  type Http1RequestHead,
  type Http1ResponseHead,
  type Http1Rules,
  parseTarget,
  STRICT,
} from "../../../src/http1/index.ts";
import { readRequests, readResponses, type SeenMessage } from "../read-messages.ts";
import { forwardedRequest, forwardedResponse } from "./forwarded.ts";
import type { LlhttpMessage } from "./llhttp-message.ts";
import type { LlhttpRequests } from "./llhttp-requests.ts";
import { llhttpResponse } from "./llhttp-response.ts";

/** How often there was something to compare: a generator whose bytes are all refused would prove nothing. */
export interface Tally {
  agreed: number;
  forwarded: number;
}

/** Strict rules, for the methods that llhttp knows. */
const RULES: Http1Rules = { ...STRICT, methods: new Set(METHODS) };

/** What stands in trailers here; llhttp leaves all of them to its caller. */
const DROPPED =
  /^(connection|content-length|host|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;

/** Holds what is read of the bytes of a client against llhttp. Gives a sentence if the two disagree. */
export async function requestDisagreement(
  bytes: Buffer,
  llhttp: LlhttpRequests,
  tally: Tally,
): Promise<string | undefined> {
  const theirs = await llhttp.read(bytes);
  let place = 0;
  for (const message of readRequests([bytes], RULES).messages) {
    const other = theirs.messages[place++];
    if (message.end < 0 || !isServed(message)) break;
    // It was closed by a message on which both agree: by `proxy-connection`, say, or by trailers.
    if (other === undefined && theirs.error === "HPE_CLOSED_CONNECTION") break;
    const wrong = compare(message, `${message.head.method} ${message.head.target}`, other, theirs.error);
    if (wrong !== undefined) return wrong;
    tally.agreed++;
    // Behind these, nobody reads requests any more.
    const { keepAlive, method, upgrade } = message.head;
    if (!keepAlive || method === "CONNECT" || upgrade !== undefined) break;
  }
  return forwardDisagreement(bytes, llhttp, tally);
}

/** What was read by Envoy's rules, and is written again, must be the same messages to whoever is next. */
async function forwardDisagreement(
  bytes: Buffer,
  llhttp: LlhttpRequests,
  tally: Tally,
): Promise<string | undefined> {
  const passed = readRequests([bytes], {
    ...ENVOY,
    lengthBesideChunked: "drop",
    http10: true,
  }).messages.filter((message) => message.end >= 0 && isServed(message) && message.head.method !== "CONNECT");
  const sent = passed.map(forwardedRequest);
  const theirs = await llhttp.read(Buffer.concat(sent.map((request) => request.bytes)));
  if (theirs.error !== undefined) return `what was forwarded is refused: ${theirs.error}`;
  if (theirs.messages.length !== sent.length) {
    return `${sent.length} messages were forwarded, and ${theirs.messages.length} arrived`;
  }
  for (const [i, { expected }] of sent.entries()) {
    tally.forwarded++;
    if (!isDeepStrictEqual(theirs.messages[i], expected)) {
      return `forwarded ${JSON.stringify(expected)}, arrived ${JSON.stringify(theirs.messages[i])}`;
    }
  }
  return undefined;
}

/** A target that the method cannot have is refused by those who route it. */
function isServed({ head }: SeenMessage<Http1RequestHead>): boolean {
  return parseTarget(head.method, head.target) !== undefined;
}

/** The same for the answer to one request. */
export async function responseDisagreement(
  bytes: Buffer,
  method: string,
  tally: Tally,
): Promise<string | undefined> {
  const message = finalResponse(readResponses([bytes], method, RULES).messages);
  if (message !== undefined && message.end >= 0) {
    const theirs = await llhttpResponse(bytes, method);
    // An informational response in HTTP/1.0, or one that says `close`, is the last one to llhttp.
    if (theirs.error !== "HPE_CLOSED_CONNECTION") {
      const wrong = compare(message, String(message.head.status), theirs.messages[0], theirs.error);
      if (wrong !== undefined) return wrong;
      tally.agreed++;
    }
  }
  const passed = finalResponse(readResponses([bytes], method, ENVOY).messages);
  if (passed === undefined || passed.end < 0) return undefined;
  const sent = forwardedResponse(passed, method);
  const theirs = await llhttpResponse(sent.bytes, method);
  if (theirs.error !== undefined) return `what was forwarded is refused: ${theirs.error}`;
  tally.forwarded++;
  return isDeepStrictEqual(theirs.messages, [sent.expected])
    ? undefined
    : `forwarded ${JSON.stringify(sent.expected)}, arrived ${JSON.stringify(theirs.messages)}`;
}

/** The first that is not informational, if it is an answer that one can wait for. */
function finalResponse(
  messages: readonly SeenMessage<Http1ResponseHead>[],
): SeenMessage<Http1ResponseHead> | undefined {
  const message = messages.find(({ head }) => head.status >= 200 || head.status === 101);
  return message?.head.status === 101 ? undefined : message;
}

function compare(
  message: SeenMessage<Http1RequestHead | Http1ResponseHead>,
  start: string,
  theirs: LlhttpMessage | undefined,
  error: string | undefined,
): string | undefined {
  const ours: LlhttpMessage = {
    start,
    fields: message.fields,
    body: message.body,
    trailers: message.trailers ?? [],
    isComplete: true,
  };
  if (theirs === undefined) return `accepted here, refused there (${error}): ${JSON.stringify(ours)}`;
  const trailers = theirs.trailers.filter((_, i) => !DROPPED.test(theirs.trailers[i - (i % 2)] ?? ""));
  return isDeepStrictEqual({ ...theirs, trailers }, ours)
    ? undefined
    : `here ${JSON.stringify(ours)}, there ${JSON.stringify(theirs)} (${error})`;
}
