import {
  type Call,
  type Outcome,
  type Request,
  type Reset,
  type Response,
  resetOutcome,
  resetReply,
  responseOutcome,
  type Ticket,
} from "@dualmesh/core";
import { FOLLOWED } from "@dualmesh/telemetry/observation";
import type { Cluster } from "../cluster/cluster.ts";
import type { EndpointPlan } from "../compile/endpoints.ts";
import { EXECUTION_HEADER } from "../http/execution-mark.ts";
import { addressKey } from "../transport/endpoint-address.ts";
import { failureText } from "../transport/failure-reset.ts";
import type { AttemptFailure, AttemptObserver, OpenAttempt } from "../transport/transport.ts";
import { KEEPALIVE } from "./keepalive.ts";
import { requestTimeout } from "./refusals.ts";
import { UPSTREAM_HOST } from "./upstream-host.ts";

/** What the parts gave for one attempt. */
export interface Admission {
  readonly cluster: Cluster;
  readonly endpoint: EndpointPlan;
  /** Of the cluster's thresholds. */
  readonly thresholdTicket: Ticket;
  /** Of its balancer. */
  readonly pickTicket: Ticket;
}

/**
 * One attempt: the tickets that the parts gave for it, and the one place where they come back. Completing it twice or
 * late does nothing; the tickets themselves are generation-stamped as well.
 */
export class Attempt implements AttemptObserver {
  readonly #admission: Admission;
  readonly #call: Call;
  readonly #settle: (response: Response) => void;
  #open: OpenAttempt | undefined;
  #response: Response | undefined;
  #isHttp = true;
  #over = false;

  constructor(admission: Admission, call: Call, settle: (response: Response) => void) {
    this.#admission = admission;
    this.#call = call;
    this.#settle = settle;
  }

  /** Sends the request. */
  start(request: Request): void {
    const { cluster, endpoint } = this.#admission;
    this.#isHttp = request.head.method !== "";
    cluster.stats.requests.add();
    cluster.stats.active.add(1);
    const keepalive = this.#call.get(KEEPALIVE);
    if (keepalive !== undefined) cluster.transport.keepAlive(keepalive);
    const followed = this.#call.get(FOLLOWED);
    if (followed !== undefined) followed.endpoint = addressKey(endpoint.address);
    const host = this.#call.get(UPSTREAM_HOST);
    if (host !== undefined) host.endpoint = endpoint;
    const open = cluster.transport.open(endpoint.address, request, this);
    if (this.#over) return;
    this.#open = open;
    this.#call.onCancel((reason) => this.#giveUp(reason));
  }

  responded(response: Response): void {
    // An upstream may not speak for the mesh. Frames have no word for it, and are not to be read for that.
    if (this.#isHttp) response.head.headers.delete(EXECUTION_HEADER);
    this.#response = response;
    this.#settle(response);
  }

  failed(failure: AttemptFailure, reset: Reset): void {
    this.#complete(resetOutcome(reset));
    // Of a failed connection a client is told how often it was tried; any other reset says all by itself.
    const told =
      reset.reply === undefined ? reset : { ...reset, reply: failureText(failure, this.#call.attempt) };
    this.#settle(resetReply(told));
  }

  ended(reset: Reset | undefined): void {
    const { head } = this.#response as Response;
    this.#complete(reset === undefined ? responseOutcome(head) : resetOutcome(reset, head.status));
  }

  /** Ends it from this side: its time is over, or nobody wants the answer any more. */
  #giveUp(reason: Reset): void {
    if (this.#over) return;
    this.#complete(resetOutcome(reason, this.#response?.head.status));
    this.#open?.cancel(reason);
    if (this.#response !== undefined) return;
    this.#settle(reason.flag === "UT" ? requestTimeout() : resetReply(reason));
  }

  #complete(outcome: Outcome): void {
    if (this.#over) return;
    this.#over = true;
    const { cluster, thresholdTicket, pickTicket } = this.#admission;
    const { stats } = cluster;
    const nowMs = this.#call.clock.now();
    cluster.thresholds.complete(thresholdTicket);
    cluster.balancer.complete(pickTicket, outcome, nowMs);
    stats.active.add(-1);
    stats.time.record(nowMs - this.#call.startMs);
    // DT: the time that the client gave the call in its frame.
    if (outcome.flag === "UT" || outcome.flag === "DT") stats.timeout.add();
    if (outcome.status === 0) stats.reset.add();
    else {
      stats.completed.add();
      stats.byClass[Math.trunc(outcome.status / 100)]?.add();
    }
  }
}
