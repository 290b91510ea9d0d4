import type { Gate } from "../gate.ts";
import type {
  GrpcCall,
  GrpcChannel,
  GrpcChannelCredentials,
  GrpcChannelRef,
  GrpcParentCall,
} from "./channel-contract.ts";
import { type GrpcChannelOptions, readableOptions } from "./channel-options.ts";
import { CONNECTING, IDLE, SHUTDOWN } from "./connectivity.ts";
import { DeferredCall, LONGEST_MS } from "./deferred-call.ts";

/** What channels of unchanged applications need of a mesh. */
export interface GrpcMesh {
  /** Whether calls to a target go through the mesh at this moment. */
  claimsTarget(target: string, credentials: GrpcChannelCredentials, options: GrpcChannelOptions): boolean;
  channel(target: string, credentials: GrpcChannelCredentials, options: GrpcChannelOptions): GrpcChannel;
}

export interface ChosenChannelOptions {
  readonly target: string;
  readonly credentials: GrpcChannelCredentials;
  readonly options: GrpcChannelOptions;
  readonly gate: Gate<GrpcMesh>;
  /** Makes the channel that grpc-js would have made. */
  readonly createOwn: () => GrpcChannel;
}

/**
 * The channel of an application that knows nothing of the mesh. Each call goes through the mesh if its target is of the
 * mesh at that moment, else on grpc-js's own channel; before the mesh is open nobody knows, and calls wait.
 */
export class ChosenChannel implements GrpcChannel {
  readonly #options: ChosenChannelOptions;
  #own: GrpcChannel | undefined;
  #meshed: GrpcChannel | undefined;
  #isClosed = false;

  constructor(options: ChosenChannelOptions) {
    this.#options = options;
  }

  close(): void {
    this.#isClosed = true;
    this.#own?.close();
    this.#meshed?.close();
  }

  getTarget(): string {
    return this.#options.target;
  }

  getConnectivityState(tryToConnect: boolean): number {
    if (this.#isClosed) return SHUTDOWN;
    const { gate } = this.#options;
    const mesh = gate.now;
    if (mesh !== undefined) return this.#choose(mesh).getConnectivityState(tryToConnect);
    // Whoever opens it says why it failed.
    if (tryToConnect) gate.open().catch(() => {});
    return gate.opening ? CONNECTING : IDLE;
  }

  watchConnectivityState(
    currentState: number,
    deadline: Date | number,
    callback: (error?: Error) => void,
  ): void {
    this.#mustBeOpen();
    const { gate } = this.#options;
    const watch = (mesh: GrpcMesh): void =>
      this.#choose(mesh).watchConnectivityState(currentState, deadline, callback);
    if (gate.now !== undefined) {
      watch(gate.now);
      return;
    }
    let timer: NodeJS.Timeout | undefined;
    let isLate = false;
    const leftMs = Number(deadline) - Date.now();
    if (leftMs < LONGEST_MS) {
      timer = setTimeout(
        () => {
          isLate = true;
          callback(new Error("Deadline passed without connectivity state change"));
        },
        Math.max(leftMs, 0),
      );
    }
    gate.open().then(
      (mesh) => {
        clearTimeout(timer);
        if (isLate) return;
        if (this.#isClosed) callback();
        else watch(mesh);
      },
      (error: Error) => {
        clearTimeout(timer);
        if (!isLate) callback(error);
      },
    );
  }

  getChannelzRef(): GrpcChannelRef {
    return (this.#own ?? this.#meshed ?? this.#ownChannel()).getChannelzRef();
  }

  createCall(
    method: string,
    deadline: Date | number,
    host: string | null | undefined,
    parentCall: GrpcParentCall | null,
    propagateFlags: number | null | undefined,
  ): GrpcCall {
    this.#mustBeOpen();
    const { gate, target } = this.#options;
    const create = (mesh: GrpcMesh): GrpcCall => {
      this.#mustBeOpen();
      return this.#choose(mesh).createCall(method, deadline, host, parentCall, propagateFlags);
    };
    if (gate.now !== undefined) return create(gate.now);
    return new DeferredCall(
      gate.open().then((mesh) => () => create(mesh)),
      target,
      Number(deadline),
    );
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new Error("Channel has been shut down");
  }

  #choose(mesh: GrpcMesh): GrpcChannel {
    const { target, credentials, options } = this.#options;
    if (!mesh.claimsTarget(target, credentials, options)) return this.#ownChannel();
    this.#meshed ??= mesh.channel(target, credentials, readableOptions(options));
    return this.#meshed;
  }

  #ownChannel(): GrpcChannel {
    this.#own ??= this.#options.createOwn();
    return this.#own;
  }
}
