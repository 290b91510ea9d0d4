import {
  type Body,
  type Call,
  createCall,
  createHeaders,
  discardBody,
  type Headers,
  type Random,
  type Request,
  type Response,
  resetOutcome,
  responseOutcome,
  type TimerWheel,
  toReset,
} from "@dualmesh/core";
import type { ForwardMatch, Mirror, RuntimeValues } from "@dualmesh/routing";
import { Cluster } from "../cluster/cluster.ts";
import type { FailedCluster } from "../cluster/cluster-registry.ts";
import type { HostExtra } from "../compile/routes.ts";
import { requestFormatContext } from "../format-commands.ts";
import { localAddress } from "./local-address.ts";
import { MUST_ENCRYPT } from "./must-encrypt.ts";
import { observeBody } from "./observed-body.ts";
import { TIMED_OUT } from "./refusals.ts";
import { TeeBody } from "./tee-body.ts";
import { tryOnce } from "./try-once.ts";

export interface ShadowOptions {
  readonly clusters: (name: string) => Cluster | FailedCluster | undefined;
  readonly wheel: TimerWheel;
  readonly random: Random;
  readonly runtime: RuntimeValues | undefined;
  readonly envoyFields: boolean;
}

/** A copy of a call that is under way, and what it is a copy of. */
interface Shadow {
  readonly cluster: Cluster;
  readonly request: Request;
  readonly call: Call;
}

/** How long a copy may go on behind a call that had no time-out. */
const REMAINDER_MS = 15_000;

/**
 * Makes the copies of a request that its route wants, from the head as the upstream sees it, and gives what sends them;
 * `undefined` where there are none. They share the request's body, and nothing else: whatever becomes of them, the call
 * does not learn it.
 *
 * @param wholeMs what the call may take; 0: no limit.
 */
export function prepareShadows(
  request: Request,
  call: Call,
  route: ForwardMatch<unknown, HostExtra>,
  wholeMs: number,
  options: ShadowOptions,
): (() => void) | undefined {
  const { clusters, random, runtime, envoyFields, wheel } = options;
  const facts = { random, runtime };
  const shadows: Shadow[] = [];
  let tee: TeeBody | undefined;
  for (const mirror of route.mirrors) {
    const name = mirror.target(request.head, facts);
    const cluster = name === undefined ? undefined : clusters(name);
    if (!(cluster instanceof Cluster)) continue;
    // What must be encrypted must be so for everybody.
    if (call.get(MUST_ENCRYPT) && cluster.plan.tls?.verifies !== "peer") continue;
    const { body } = request;
    if (tee === undefined && body.kind === "stream") {
      tee = new TeeBody(body);
      request.body = tee;
    }
    const copy = copyOf(request, tee?.copy() ?? body, mirror, call);
    const { headers, method } = copy.head;
    if (route.virtualHostExtra?.attemptCount === true) headers.set("x-envoy-attempt-count", "1");
    if (envoyFields && wholeMs > 0 && method !== "")
      headers.set("x-envoy-expected-rq-timeout-ms", String(Math.trunc(wholeMs)));
    shadows.push({ cluster, request: copy, call: createCall({ clock: call.clock }) });
  }
  if (shadows.length === 0) return undefined;
  return () => {
    for (const shadow of shadows) {
      limit(shadow, call, wholeMs, wheel);
      void send(shadow, route.priority);
    }
  };
}

function copyOf({ head }: Request, body: Body, mirror: Mirror, call: Call): Request {
  const copy: Request = { head: { ...head, headers: createHeaders(head.headers.flat().slice()) }, body };
  mirror.prepareRequest(copy.head, requestFormatContext(copy, call));
  if (head.method !== "") markShadow(copy.head.headers);
  return copy;
}

/** A copy is the mesh's own request: it comes from within, and from here. */
function markShadow(headers: Headers): void {
  const before = headers.getAll("x-forwarded-for").join(",");
  headers.set("x-envoy-internal", "true");
  headers.set("x-forwarded-for", before === "" ? localAddress() : `${before},${localAddress()}`);
}

/** A copy that hangs ends by the time-out of its route; where that has none, a while after the call itself. */
function limit({ request, call }: Shadow, primary: Call, wholeMs: number, wheel: TimerWheel): void {
  const start = (limitMs: number): void => {
    if (call.outcome !== undefined) return;
    const timer = wheel.schedule(() => call.cancel(TIMED_OUT), limitMs);
    call.onEnd(() => timer.cancel());
  };
  if (wholeMs > 0) request.body = observeBody(request.body, { end: () => start(wholeMs) });
  else primary.onEnd(() => start(REMAINDER_MS));
}

async function send({ cluster, request, call }: Shadow, priority: "default" | "high"): Promise<void> {
  try {
    if (cluster.loading !== undefined) await cluster.loading;
    // The authority stays as it is, with the suffix: it is never that of the endpoint.
    const route = {
      priority,
      rewritesHostToEndpoint: false,
      appendForwardedHost: false,
      virtualHostExtra: undefined,
    };
    const response = await tryOnce({ cluster, route, envoyFields: false, tried: undefined }, request, call);
    // Nobody reads on: what comes of the body is not to be held for it.
    if (response.head.local !== undefined) discardBody(request.body);
    drop(response, call);
  } catch (error) {
    // Nobody waits for it: the cluster's statistics say what failed.
    discardBody(request.body);
    call.end(resetOutcome(toReset(error)));
  }
}

/** Reads an answer to its end, so that its connection can be used again. */
function drop({ head, body }: Response, call: Call): void {
  if (body.kind !== "stream") call.end(responseOutcome(head));
  else {
    body.read({
      chunk: () => true,
      end: () => call.end(responseOutcome(head)),
      reset: (reason) => call.end(resetOutcome(reason, head.status)),
    });
  }
}
