import type { Clock, Random, Request, Response, Service, TimerWheel } from "@dualmesh/core";
import type { CallContext } from "./call-context.ts";
import { ChannelCall } from "./channel-call.ts";
import {
  type GrpcCall,
  type GrpcCallCredentials,
  type GrpcChannel,
  type GrpcChannelCredentials,
  type GrpcChannelRef,
  type GrpcParentCall,
  PROPAGATE_CANCELLATION,
  PROPAGATE_DEADLINE,
} from "./channel-contract.ts";
import type { ChannelSettings } from "./channel-options.ts";
import { Connectivity, type ConnectivityState, SHUTDOWN } from "./connectivity.ts";

export interface MeshChannelOptions {
  /** As the application wrote it. */
  readonly target: string;
  readonly authority: string;
  readonly settings: ChannelSettings;
  readonly credentials: GrpcChannelCredentials | undefined;
  readonly scheme: "http" | "https";
  readonly service: Service<Request, Response>;
  /** Whether an endpoint of the target can be reached; connects where that is the way to know. */
  readonly look: () => Promise<boolean>;
  readonly onChange: (callback: () => void) => Disposable;
  readonly clock: Clock;
  readonly random: Random;
  readonly wheel: TimerWheel;
}

/** grpc-js counts the calls of a process. */
let calls = 0;

/** A channel of grpc-js whose calls go through the chain of the mesh, instead of grpc-js's resolver, balancer and retries. */
export class MeshChannel implements GrpcChannel {
  readonly #options: MeshChannelOptions;
  readonly #context: CallContext;
  readonly #connectivity: Connectivity;
  readonly #credentials: GrpcCallCredentials | undefined;

  constructor(options: MeshChannelOptions) {
    const { settings, scheme, service, credentials, clock, random, wheel, look, onChange } = options;
    this.#options = options;
    this.#connectivity = new Connectivity({ ...settings, look, onChange, clock, random });
    this.#credentials = callCredentials(credentials);
    this.#context = {
      settings,
      service,
      clock,
      wheel,
      scheme,
      reached: (isReached) => this.#connectivity.met(isReached),
      whenReady: (waiter) => this.#connectivity.whenReady(waiter),
    };
  }

  /** Calls under way go on; those that wait for readiness have waited in vain. */
  close(): void {
    this.#connectivity.close();
  }

  getTarget(): string {
    return this.#options.target;
  }

  getConnectivityState(tryToConnect: boolean): number {
    return this.#connectivity.get(tryToConnect);
  }

  watchConnectivityState(
    currentState: number,
    deadline: Date | number,
    callback: (error?: Error) => void,
  ): void {
    if (this.#connectivity.state === SHUTDOWN) throw new Error("Channel has been shut down");
    this.#connectivity.watch(currentState as ConnectivityState, Number(deadline), callback);
  }

  /** Empty: grpc-js's channelz knows its own channels only. */
  getChannelzRef(): GrpcChannelRef {
    return { kind: "channel" as never, id: 0, name: this.#options.target };
  }

  createCall(
    method: string,
    deadline: Date | number,
    host: string | null | undefined,
    parentCall: GrpcParentCall | null,
    propagateFlags: number | null | undefined,
  ): GrpcCall {
    if (this.#connectivity.state === SHUTDOWN) throw new Error("Channel has been shut down");
    const { clock, authority } = this.#options;
    const flags = propagateFlags ?? ~0;
    let wallMs = Number(deadline);
    if (parentCall !== null && (flags & PROPAGATE_DEADLINE) !== 0)
      wallMs = Math.min(wallMs, Number(parentCall.getDeadline()));
    const call = new ChannelCall(this.#context, {
      method,
      authority: host ?? authority,
      deadlineMs:
        wallMs === Number.POSITIVE_INFINITY ? wallMs : clock.now() + Math.max(wallMs - clock.wall(), 0),
      number: calls++,
    });
    if (this.#credentials !== undefined) call.setCredentials(this.#credentials);
    if (parentCall !== null && (flags & PROPAGATE_CANCELLATION) !== 0)
      parentCall.on("cancelled", () => call.cancelWithStatus(CANCELLED_NUMBER, "Cancelled by parent call"));
    return call;
  }
}

const CANCELLED_NUMBER = 1;

/** What credentials of a channel add to each call. Where they keep it has changed with the versions of grpc-js. */
function callCredentials(given: GrpcChannelCredentials | undefined): GrpcCallCredentials | undefined {
  const { callCredentials: kept, _getCallCredentials: get } = (given ?? {}) as {
    readonly callCredentials?: GrpcCallCredentials;
    readonly _getCallCredentials?: () => GrpcCallCredentials;
  };
  return kept ?? get?.call(given);
}
