import { type Clock, MeshError } from "@dualmesh/core";
import { type AdminClient, createAdminClient, type EndpointAddress } from "@dualmesh/dataplane";
import { handshake, type SidecarInfo } from "./handshake.ts";
import { describeAddress } from "./sidecar-address.ts";

/**
 * ```text
 *            handshake                     ping fails, connection closes, hang
 *  absent ──────────────► present ─────────────────────────────────────────────► absent
 *    ▲                       │ /ready says no
 *    └── it closes ── draining ◄
 * ```
 */
export type Presence =
  | { readonly kind: "absent"; readonly reason: string }
  | { readonly kind: "present"; readonly info: SidecarInfo }
  /** It finishes what it has: nothing new goes there. */
  | { readonly kind: "draining" };

export interface SidecarPresenceOptions {
  /** Where it may be, in order of preference. */
  readonly addresses: readonly EndpointAddress[];
  readonly nodeId: string;
  readonly clock: Clock;
  /** A change, after the fact. */
  readonly onChange: (presence: Presence) => void;
  /** Between two pings. Milliseconds. Default 250. */
  readonly pingIntervalMs?: number;
  /** A ping without answer for this long means that it hangs. Milliseconds. Default 500: with the interval, dead within a second. */
  readonly pingTimeoutMs?: number;
  /** Between two looks for one that is absent. Milliseconds. Default 250. */
  readonly probeIntervalMs?: number;
}

/**
 * Watches whether a sidecar lives. A connect check cannot see a hang: the kernel accepts for a stopped process. So one
 * connection is held and pinged; its closing is seen within milliseconds, a hang by the ping's deadline.
 */
export interface SidecarPresence extends Disposable {
  readonly current: Presence;
  /** Settles when the first look is over, whatever it found. */
  readonly firstLook: Promise<void>;
}

export function watchSidecar(options: SidecarPresenceOptions): SidecarPresence {
  return new PresenceWatch(options);
}

class PresenceWatch implements SidecarPresence {
  readonly #options: SidecarPresenceOptions;
  readonly firstLook: Promise<void>;
  current: Presence = { kind: "absent", reason: "not looked for yet" };
  #client: AdminClient | undefined;
  #timer: Disposable | undefined;
  #disposed = false;

  constructor(options: SidecarPresenceOptions) {
    this.#options = options;
    this.firstLook = this.#probe();
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#timer?.[Symbol.dispose]();
    this.#client?.[Symbol.dispose]();
    this.#client = undefined;
  }

  async #probe(): Promise<void> {
    const reasons: string[] = [];
    for (const address of this.#options.addresses) {
      const client = createAdminClient({
        address,
        onClose: () => this.#lost(client, "its connection closed"),
      });
      try {
        const info = await handshake(client, this.#options.nodeId);
        if (this.#disposed) client[Symbol.dispose]();
        else this.#found(client, info);
        return;
      } catch (error) {
        client[Symbol.dispose]();
        const text = MeshError.is(error) ? error.rawMessage : String(error);
        reasons.push(`${describeAddress(address)}: ${text}`);
      }
    }
    if (this.#disposed) return;
    this.#change({ kind: "absent", reason: reasons.join("; ") });
    this.#later(this.#options.probeIntervalMs ?? 250, () => this.#probe());
  }

  #found(client: AdminClient, info: SidecarInfo): void {
    this.#client = client;
    this.#change({ kind: "present", info });
    this.#later(this.#options.pingIntervalMs ?? 250, () => this.#ping(client));
  }

  async #ping(client: AdminClient): Promise<void> {
    const { pingTimeoutMs = 500, pingIntervalMs = 250 } = this.#options;
    try {
      const { status } = await client.send("GET", "/ready", { timeoutMs: pingTimeoutMs });
      if (client !== this.#client) return;
      if (status !== 200 && this.current.kind === "present") this.#change({ kind: "draining" });
      this.#later(pingIntervalMs, () => this.#ping(client));
    } catch (error) {
      this.#lost(client, MeshError.is(error) ? error.rawMessage : String(error));
    }
  }

  #lost(client: AdminClient, reason: string): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    client[Symbol.dispose]();
    this.#change({ kind: "absent", reason });
    this.#later(this.#options.probeIntervalMs ?? 250, () => this.#probe());
  }

  #later(delayMs: number, step: () => Promise<void>): void {
    if (this.#disposed) return;
    this.#timer?.[Symbol.dispose]();
    // Steps settle by themselves: each turns its failures into a change of state.
    this.#timer = this.#options.clock.setTimer(() => void step(), delayMs);
  }

  #change(presence: Presence): void {
    const before = this.current;
    this.current = presence;
    if (before.kind !== presence.kind) this.#options.onChange(presence);
  }
}
