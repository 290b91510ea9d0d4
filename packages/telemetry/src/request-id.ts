import { type Filter, type Random, type Request, type Response, systemRandom } from "@dualmesh/core";
import { hexWord, randomWord } from "./trace/hex.ts";

export interface RequestIdOptions {
  readonly random?: Random;
  /**
   * Replaces an id that came with the request. For edges, whose clients are strangers; Envoy's
   * `preserve_external_request_id` the other way round. Default false.
   */
  readonly override?: boolean;
  /** Says the id in the response too: Envoy's `always_set_request_id_in_response`. Default false. */
  readonly inResponse?: boolean;
}

const HEADER = "x-request-id";

/** Gives each request an `x-request-id` by which logs of all hops find each other; one that is there is kept. */
export function requestId(options: RequestIdOptions = {}): Filter<Request, Response> {
  const { random = systemRandom, override = false, inResponse = false } = options;

  const ensure = ({ head: { headers } }: Request): string => {
    const given = override ? undefined : headers.get(HEADER);
    // An empty id finds nothing.
    if (given !== undefined && given !== "") return given;
    const id = randomUuid(random);
    headers.set(HEADER, id);
    return id;
  };

  if (!inResponse) {
    return (next) => (request, call) => {
      ensure(request);
      return next(request, call);
    };
  }
  return (next) => (request, call) => {
    const id = ensure(request);
    return next(request, call).then((response) => {
      response.head.headers.set(HEADER, id);
      return response;
    });
  };
}

/**
 * An id in the form of a UUID of version 4 (RFC 9562, section 5.4). It tells requests apart and is no secret: whoever
 * needs one takes `crypto.randomUUID`.
 */
export function randomUuid(random: Random = systemRandom): string {
  const a = hexWord(randomWord(random));
  // Version 4 in the first digit of the third group, variant 10 in the first two bits of the fourth.
  const b = hexWord((randomWord(random) & 0xffff0fff) | 0x4000);
  const c = hexWord((randomWord(random) & 0x3fffffff) | 0x80000000);
  const d = hexWord(randomWord(random));
  return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`;
}
