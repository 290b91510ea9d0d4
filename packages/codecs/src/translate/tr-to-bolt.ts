import { BOLT_REFUSAL_HEADER } from "../bolt/codec.ts";
import { BOLT_COMMAND, BOLT_SERIALIZER, BOLT_TYPE } from "../bolt/command.ts";
import type { BoltFrame } from "../bolt/frame.ts";
import { sofaCallHeaders } from "../bolt/sofa.ts";
import { BOLT_STATUS, codeOfBoltStatus } from "../bolt/status.ts";
import { writeBoltFrame } from "../bolt/write-frame.ts";
import { TR_HEARTBEAT_CLASS, type TrFrame } from "../tr/frame.ts";
import { writeTrFrame } from "../tr/write-frame.ts";

export interface TrToBoltOptions {
  /** The id on the side of Bolt, which has 32 bits; TR has 64. Unsigned. */
  readonly id: number;
  /** What the server is told of a two-way call, since TR says nothing. Integer from 1 to 2^31-1 ms. Default 3,000. */
  readonly timeoutMs?: number;
}

/** What `result` is in a response that nobody has served. */
const REFUSED = 1;
/** How an object begins in the older dialect, which Bolt's serializer 1 has. */
const OLD_OBJECT = 0x4f;
const NOTHING = Buffer.alloc(0);

/**
 * A request of TR as one of Bolt v1: a call, one-way or not, or a heartbeat. Class and content are passed on as they are; service
 * and method, which TR has inside of its content, are headers, too, as Bolt's servers and proxies want them.
 *
 * ```ts
 * import { createSofaContent, SOFA_CLASS } from "@dualmesh/codecs/bolt";
 * import { writeTrFrame } from "@dualmesh/codecs/tr";
 * import { trToBolt } from "@dualmesh/codecs/translate";
 *
 * const service = "com.example.Greeter:1.0";
 * const content = createSofaContent().writeRequest({ service, method: "greet", argumentTypes: [], arguments: [] });
 * const request = trToBolt(writeTrFrame({ id: 7, className: SOFA_CLASS.request, content }), { id: 1 });
 * console.log(request.id, request.service, request.method); // => 1 com.example.Greeter:1.0 greet
 * ```
 * @throws {DecodeError} for content that is no Hessian.
 * @throws {RangeError} for a response.
 */
export function trToBolt(frame: TrFrame, options: TrToBoltOptions): BoltFrame {
  const { id, timeoutMs = 3_000 } = options;
  const { kind, body, className } = frame;
  if (kind === "response" || kind === "heartbeat-ack") {
    throw new RangeError("tr: a response is translated by boltToTr alone, from the other side");
  }
  if (kind === "heartbeat") {
    return writeBoltFrame({ type: BOLT_TYPE.request, command: BOLT_COMMAND.heartbeat, id });
  }
  const { service, method } = frame;
  const isOneway = kind === "oneway";
  return writeBoltFrame({
    type: isOneway ? BOLT_TYPE.oneway : BOLT_TYPE.request,
    command: BOLT_COMMAND.request,
    id,
    serializer: body[0] === OLD_OBJECT ? BOLT_SERIALIZER.hessian : frame.serializer,
    ...(isOneway ? {} : { timeoutMs }),
    className,
    headers: service === "" ? NOTHING : sofaCallHeaders({ service, method }),
    content: body,
  });
}

/**
 * A response of Bolt as that of TR to a request. A status that is not 0 becomes `result` 1 with a sentence, since TR's other numbers
 * are not public.
 *
 * @param request Whose id it gets.
 */
export function boltToTr(response: BoltFrame, request: TrFrame): TrFrame {
  const { id, idHigh } = request;
  if (request.kind === "heartbeat") {
    return writeTrFrame({
      isResponse: true,
      id,
      idHigh,
      className: TR_HEARTBEAT_CLASS,
      content: request.body,
    });
  }
  const { status, className, body } = response;
  if (status === BOLT_STATUS.success) {
    return writeTrFrame({ isResponse: true, id, idHigh, className, content: body });
  }
  const sentence =
    response.header(BOLT_REFUSAL_HEADER) ?? `bolt status ${status} (${codeOfBoltStatus(status)})`;
  return writeTrFrame({ isResponse: true, id, idHigh, result: REFUSED, errorMessage: sentence });
}
