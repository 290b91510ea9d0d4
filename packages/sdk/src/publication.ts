import { type Clock, MeshError } from "@dualmesh/core";
import { addressKey, createAdminClient, type EndpointAddress } from "@dualmesh/dataplane";

export interface PublicationOptions {
  /** The control plane's admin listener. */
  readonly registry: EndpointAddress;
  readonly cluster: string;
  readonly nodeId: string;
  readonly clock: Clock;
  /** How long an address outlives its workload. Milliseconds. Default 10,000. */
  readonly leaseMs?: number;
  /** Told once when the control plane cannot be told, and once when it can again. */
  readonly onTrouble?: (trouble: MeshError | undefined) => void;
  /** Takes the control plane's answer to each heartbeat. */
  readonly onAnswer?: (answer: string) => void;
}

/**
 * The addresses of this workload, as the control plane knows them: the sidecar's inbound port with priority 0 while there
 * is one, the application's own with priority 1. Renewed before the lease ends; a control plane that was away learns
 * them with the next renewal.
 */
export interface Publication extends AsyncDisposable {
  /** The ports on which the application listens. */
  setAppPorts(ports: readonly number[]): void;
  /** The sidecar's inbound listeners; empty while there is none. */
  setSidecar(addresses: readonly EndpointAddress[]): void;
  /** Settles when the control plane has heard of all that was set so far, or could not be reached. */
  flush(): Promise<void>;
}

const TIMEOUT_MS = 2_000;

export function publishWorkload(options: PublicationOptions): Publication {
  return new WorkloadPublication(options);
}

class WorkloadPublication implements Publication {
  readonly #options: PublicationOptions;
  readonly #client: ReturnType<typeof createAdminClient>;
  readonly #path: string;
  #ports: readonly number[] = [];
  #sidecar: readonly EndpointAddress[] = [];
  #sent = "";
  #inTrouble = false;
  #sending: Promise<void> = Promise.resolve();
  #timer: Disposable | undefined;
  #closed = false;

  constructor(options: PublicationOptions) {
    this.#options = options;
    this.#client = createAdminClient({ address: options.registry });
    this.#path = `/workloads/${encodeURIComponent(options.cluster)}/${encodeURIComponent(options.nodeId)}`;
  }

  setAppPorts(ports: readonly number[]): void {
    this.#ports = ports;
    this.#schedule();
  }

  setSidecar(addresses: readonly EndpointAddress[]): void {
    this.#sidecar = addresses;
    this.#schedule();
  }

  flush(): Promise<void> {
    return this.#sending;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#timer?.[Symbol.dispose]();
    await this.#sending;
    if (this.#sent !== "") await this.#send("DELETE", undefined);
    this.#client[Symbol.dispose]();
  }

  /** One request at a time, and the newest state each time: what changed meanwhile goes out with the next. */
  #schedule(): void {
    if (this.#closed) return;
    this.#timer?.[Symbol.dispose]();
    this.#sending = this.#sending.then(() => this.#publish());
  }

  async #publish(): Promise<void> {
    if (this.#closed) return;
    const { leaseMs = 10_000, clock } = this.#options;
    const body = this.#describe();
    const nothing = this.#ports.length === 0;
    if (!nothing || this.#sent !== "")
      await this.#send(nothing ? "DELETE" : "PUT", nothing ? undefined : body);
    if (this.#closed || nothing) return;
    this.#timer?.[Symbol.dispose]();
    // A third of the lease: two renewals may be lost. In trouble, again soon: the control plane may be back.
    const delayMs = this.#inTrouble ? Math.min(500, leaseMs / 3) : leaseMs / 3;
    this.#timer = clock.setTimer(() => this.#schedule(), delayMs);
  }

  #describe(): string {
    const own = this.#ports.map((port) => ({
      address: "127.0.0.1",
      port,
      priority: this.#sidecar.length > 0 ? 1 : 0,
    }));
    const sidecar = this.#sidecar.flatMap((one) =>
      one.kind === "tcp" ? [{ address: one.host, port: one.port, priority: 0 }] : [],
    );
    return JSON.stringify({ addresses: [...sidecar, ...own], leaseMs: this.#options.leaseMs ?? 10_000 });
  }

  async #send(method: "PUT" | "DELETE", body: string | undefined): Promise<void> {
    try {
      const answer = await this.#client.send(method, this.#path, {
        timeoutMs: TIMEOUT_MS,
        ...(body === undefined ? {} : { body }),
      });
      if (answer.status >= 400 && !(method === "DELETE" && answer.status === 404)) {
        throw new MeshError(
          "FAILED_PRECONDITION",
          `it answered ${answer.status}: ${answer.text.slice(0, 200)}`,
        );
      }
      this.#sent = body ?? "";
      if (method === "PUT") this.#options.onAnswer?.(answer.text);
      this.#report(undefined);
    } catch (error) {
      const where = addressKey(this.#options.registry);
      const reason = MeshError.is(error) ? error.rawMessage : String(error);
      this.#report(
        new MeshError("UNAVAILABLE", `registry ${where}: could not publish this workload: ${reason}`),
      );
    }
  }

  #report(trouble: MeshError | undefined): void {
    if (this.#inTrouble === (trouble !== undefined)) return;
    this.#inTrouble = trouble !== undefined;
    this.#options.onTrouble?.(trouble);
  }
}
