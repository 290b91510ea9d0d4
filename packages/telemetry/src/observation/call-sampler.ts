import { type Attribute, type Call, createAttribute, type Outcome, type RequestHead } from "@dualmesh/core";
import { type CallSample, type CallWay, cutName, REPORT_LIMITS, type RouteSteps } from "./node-report.ts";
import { isError, type ObservedEdge } from "./observed-edge.ts";

/** A call that is followed: whoever learns more of it writes it here. */
export interface FollowedCall {
  /** Where the attempt under way goes. */
  endpoint: string;
}

/** Set on calls that are followed, and on no others. */
export const FOLLOWED: Attribute<FollowedCall | undefined> = createAttribute<FollowedCall | undefined>(
  "followed call",
  undefined,
);

export interface CallSamplerOptions {
  /** Explains where a request goes, before anything changes its head. */
  readonly explain: (head: RequestHead) => RouteSteps | undefined;
  /** By which way a call went in the end. */
  readonly finalWay: (edge: ObservedEdge, call: Call) => CallWay;
}

/** Calls that are followed in one interval, whatever comes of them. */
const PLAIN = 8;

/** Calls to a destination that fails are followed in the hope of one that does, and kept only then. */
const HUNTED = 32;

/** Between two of them, beside the first to each destination. Milliseconds. */
const EVERY_MS = 200;

/** Follows a few calls to their end. Bounded by interval: neither load nor failures make it dearer. */
export class CallSampler {
  readonly #options: CallSamplerOptions;
  #plain = 0;
  #hunted = 0;
  #nextMs = 0;
  #samples: CallSample[] = [];

  constructor(options: CallSamplerOptions) {
    this.#options = options;
  }

  /** Looks at a call that begins, and follows it if its turn has come. */
  began(head: RequestHead, call: Call, edge: ObservedEdge): void {
    const isPlain = this.#plain < PLAIN && (edge.isFresh || call.startMs >= this.#nextMs);
    if (isPlain) {
      this.#plain++;
      this.#nextMs = call.startMs + EVERY_MS;
    } else if (edge.hasErred && this.#hunted < HUNTED) this.#hunted++;
    else return;
    this.#follow(head, call, edge, isPlain);
  }

  /** The samples since the last time. */
  take(): readonly CallSample[] {
    const samples = this.#samples;
    this.#samples = [];
    this.#plain = 0;
    this.#hunted = 0;
    return samples;
  }

  #follow(head: RequestHead, call: Call, edge: ObservedEdge, isPlain: boolean): void {
    const { explain, finalWay } = this.#options;
    const explanation = explain(head);
    // As they are now: filters and routes change a head.
    const { method, path } = head;
    const wallMs = call.clock.wall();
    const followed: FollowedCall = { endpoint: "" };
    call.set(FOLLOWED, followed);
    call.onEnd((outcome, ended) => {
      if (this.#samples.length >= REPORT_LIMITS.samples || (!isPlain && !isError(outcome))) return;
      this.#samples.push({
        wallMs,
        method: cutName(method, 32),
        authority: edge.authority,
        path: cutName(withoutQuery(path)),
        protocol: edge.protocol,
        way: finalWay(edge, ended),
        ...routeOf(ended),
        endpoint: followed.endpoint,
        ...resultOf(outcome),
        attempts: Math.max(ended.attempt, 1),
        durationMs: ended.clock.now() - ended.startMs,
        ...(explanation === undefined ? {} : { explanation }),
      });
    });
  }
}

function routeOf({ matched }: Call): Pick<CallSample, "virtualHost" | "route" | "cluster"> {
  return {
    virtualHost: cutName(matched?.virtualHost ?? ""),
    route: cutName(matched?.name ?? ""),
    cluster: cutName(matched?.cluster ?? ""),
  };
}

function resultOf({
  status,
  code,
  flag,
  details,
}: Outcome): Pick<CallSample, "status" | "code" | "flag" | "details"> {
  return { status, code, flag, details: cutName(details) };
}

function withoutQuery(path: string): string {
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
}
