import { MeshError, type Random, systemRandom } from "@dualmesh/core";
import { compileHeaderMatcher, type HeadPredicate, type MatchableHead } from "@dualmesh/matching";
import { checkFraction, drawFraction, type Fraction, type RuntimeValues } from "../route/fraction.ts";
import { FAULT_HEADERS, loweredShare, wholeNumber } from "./fault-header.ts";
import type { FaultAbort, FaultPolicy, FaultRuntimeKeys } from "./fault-policy.ts";
import { DEFAULT_RUNTIME_KEYS, serviceKeys } from "./fault-runtime.ts";

/** What is drawn and asked besides the request. */
export interface FaultChance {
  /** Default: the system's. */
  readonly random?: Random | undefined;
  /** Default: no key is set. */
  readonly runtime?: RuntimeValues | undefined;
}

/** How a request is answered in place of the upstream. */
export interface FaultStatus {
  /** HTTP's. 200 where a gRPC status was meant. */
  readonly status: number;
  readonly grpcStatus: number | undefined;
}

/** A policy, compiled once. Each decision draws for itself; what cannot happen draws nothing. */
export interface FaultPlan {
  /** Whether the policy is for this request at all. `cluster`: the one that its route has chosen. */
  concerns(head: MatchableHead, cluster: string | undefined): boolean;
  /** How long it is held back; 0 is not at all. */
  delayMs(head: MatchableHead, chance: FaultChance): number;
  abort(head: MatchableHead, chance: FaultChance): FaultStatus | undefined;
  /** How many KiB of its response may pass per second. */
  rateLimitKib(head: MatchableHead, chance: FaultChance): number | undefined;
  /** How many requests may be disturbed at once. */
  maxActive(chance: FaultChance): number;
}

/**
 * Compiles a policy.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a status that is none, a delay below 0, a rate below 1, a bad share or matcher.
 */
export function compileFault(policy: FaultPolicy): FaultPlan {
  const { delay, abort, rateLimit } = policy;
  if (delay !== undefined) {
    checkFraction("fault, delay", delay.share);
    check(delay.ms === "header" || delay.ms >= 0, `the delay must be 0 ms or more, got ${delay.ms}`);
  }
  if (abort !== undefined) {
    checkFraction("fault, abort", abort.share);
    const { with: answer } = abort;
    if (answer.kind === "http") {
      check(isHttpStatus(answer.status), `the status must be from 200 to 599, got ${answer.status}`);
    }
  }
  if (rateLimit !== undefined) {
    checkFraction("fault, rate limit", rateLimit.share);
    const { kibPerSecond: rate } = rateLimit;
    check(rate === "header" || rate >= 1, `the rate limit must be 1 KiB per second or more, got ${rate}`);
  }
  const headers = (policy.headers ?? []).map((matcher) => compileHeaderMatcher(matcher));
  return new Plan(policy, headers, { ...DEFAULT_RUNTIME_KEYS, ...policy.runtimeKeys });
}

class Plan implements FaultPlan {
  readonly #policy: FaultPolicy;
  readonly #headers: readonly HeadPredicate[];
  readonly #keys: FaultRuntimeKeys;

  constructor(policy: FaultPolicy, headers: readonly HeadPredicate[], keys: FaultRuntimeKeys) {
    this.#policy = policy;
    this.#headers = headers;
    this.#keys = keys;
  }

  concerns(head: MatchableHead, cluster: string | undefined): boolean {
    const { upstreamCluster = "", downstreamNodes = [] } = this.#policy;
    if (upstreamCluster !== "" && upstreamCluster !== cluster) return false;
    if (downstreamNodes.length > 0) {
      const node = joined(head, "x-envoy-downstream-service-node");
      if (node === undefined || !downstreamNodes.includes(node)) return false;
    }
    return this.#headers.every((matcher) => matcher.matches(head));
  }

  delayMs(head: MatchableHead, { random = systemRandom, runtime }: FaultChance): number {
    const { delay } = this.#policy;
    if (delay === undefined) return 0;
    const service = this.#serviceKeys(head);
    const byHeader = delay.ms === "header";
    const share = byHeader ? loweredShare(delay.share, head.headers, FAULT_HEADERS.delayShare) : delay.share;
    if (!draw(share, service?.delayShare ?? this.#keys.delayShare, random, runtime)) return 0;
    const ms = delay.ms === "header" ? wholeNumber(head.headers, FAULT_HEADERS.delayMs) : delay.ms;
    // A request that asks for none gets none, whatever the runtime says.
    if (ms === undefined) return 0;
    const own = runtimeNumber(runtime, this.#keys.delayMs, ms);
    return service === undefined ? own : runtimeNumber(runtime, service.delayMs, own);
  }

  abort(head: MatchableHead, { random = systemRandom, runtime }: FaultChance): FaultStatus | undefined {
    const { abort } = this.#policy;
    if (abort === undefined) return undefined;
    const keys = this.#serviceKeys(head) ?? this.#keys;
    const { with: answer } = abort;
    const share =
      answer.kind === "header"
        ? loweredShare(abort.share, head.headers, FAULT_HEADERS.abortShare)
        : abort.share;
    if (!draw(share, keys.abortShare, random, runtime)) return undefined;
    const http = httpStatus(answer, head);
    if (http !== undefined) {
      const status = runtimeNumber(runtime, keys.abortHttpStatus, http);
      // A key may hold what no answer can have.
      return { status: isHttpStatus(status) ? status : http, grpcStatus: undefined };
    }
    const grpc = grpcStatus(answer, head);
    if (grpc === undefined) return undefined;
    return { status: 200, grpcStatus: runtimeNumber(runtime, keys.abortGrpcStatus, grpc) };
  }

  rateLimitKib(head: MatchableHead, { random = systemRandom, runtime }: FaultChance): number | undefined {
    const { rateLimit } = this.#policy;
    if (rateLimit === undefined) return undefined;
    const byHeader = rateLimit.kibPerSecond === "header";
    const share = byHeader
      ? loweredShare(rateLimit.share, head.headers, FAULT_HEADERS.rateLimitShare)
      : rateLimit.share;
    if (!draw(share, this.#keys.rateLimitShare, random, runtime)) return undefined;
    if (rateLimit.kibPerSecond !== "header") return rateLimit.kibPerSecond;
    const asked = wholeNumber(head.headers, FAULT_HEADERS.rateLimit);
    return asked === 0 ? undefined : asked;
  }

  maxActive({ runtime }: FaultChance): number {
    return runtimeNumber(runtime, this.#keys.maxActive, this.#policy.maxActive ?? Number.POSITIVE_INFINITY);
  }

  /** The keys of the calling service, where the request names one. */
  #serviceKeys(head: MatchableHead): ReturnType<typeof serviceKeys> | undefined {
    const service = joined(head, "x-envoy-downstream-service-cluster");
    return service === undefined ? undefined : serviceKeys(service);
  }
}

function draw(
  share: Fraction,
  runtimeKey: string,
  random: Random,
  runtime: RuntimeValues | undefined,
): boolean {
  return drawFraction({ ...share, runtimeKey }, random, runtime);
}

/** Fractions are cut off; a number below 0 is none. */
function runtimeNumber(runtime: RuntimeValues | undefined, key: string, configured: number): number {
  const value = runtime?.getNumber(key);
  return value === undefined || value < 0 ? configured : Math.trunc(value);
}

function httpStatus(answer: FaultAbort["with"], { headers }: MatchableHead): number | undefined {
  if (answer.kind === "http") return answer.status;
  if (answer.kind === "grpc") return undefined;
  const asked = wholeNumber(headers, FAULT_HEADERS.abortHttp);
  return asked !== undefined && isHttpStatus(asked) ? asked : undefined;
}

function grpcStatus(answer: FaultAbort["with"], { headers }: MatchableHead): number | undefined {
  if (answer.kind === "grpc") return answer.status;
  return answer.kind === "http" ? undefined : wholeNumber(headers, FAULT_HEADERS.abortGrpc);
}

/** Several fields of a name are one value, with commas. */
function joined({ headers }: MatchableHead, name: string): string | undefined {
  return headers.has(name) ? headers.getAll(name).join(",") : undefined;
}

function isHttpStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599;
}

function check(good: boolean, reason: string): void {
  if (!good) throw new MeshError("INVALID_ARGUMENT", `fault: ${reason}`);
}
