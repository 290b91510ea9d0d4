import type { Clock, Random } from "@dualmesh/core";
import type { DataPlane, EndpointAddress, ExtensionRegistry } from "@dualmesh/dataplane";
import type { Message } from "@dualmesh/envoy-api";
import type { MetricsStore } from "@dualmesh/telemetry";
import type { Log } from "./log.ts";
import type { SidecarStatus } from "./sidecar-state.ts";

export interface SidecarOptions {
  /** The bootstrap, the same as Envoy's and the SDK's. */
  readonly bootstrap: Message<"envoy.config.bootstrap.v3.Bootstrap">;
  /** The file it came from, for messages. Default `bootstrap`. */
  readonly file?: string;
  /** In place of the bootstrap's `node.id`. */
  readonly nodeId?: string;
  /** In place of the bootstrap's `node.cluster`. */
  readonly cluster?: string;
  /** What configuration may name beyond what is built in. */
  readonly registry?: ExtensionRegistry;
  /**
   * The Unix socket for the application beside this sidecar: the admin interface, and at this path with `.ads` behind it
   * the configuration. The folder is made if it is not there. Default: none, and the SDK looks at the admin address.
   */
  readonly controlSocket?: string;
  /**
   * The control plane's admin listener: it is told whom the application calls through this sidecar, while somebody
   * watches. Default: nobody is told.
   */
  readonly reportTo?: EndpointAddress;
  /**
   * How long connections may go on that belong to a listener which is no more. Milliseconds. Default 600,000, as Envoy.
   */
  readonly drainTimeMs?: number;
  /** Workers. Default 1, and nothing else is offered: several sidecars make several workers. */
  readonly concurrency?: number;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Where measurements go, and where `/stats` reads them. Default: a store of its own. */
  readonly metrics?: MetricsStore;
  /** Default: nothing is logged. */
  readonly log?: Log;
}

/** A listener that accepts. */
export interface SidecarListener {
  readonly name: string;
  /** With the actual port. */
  readonly address: EndpointAddress;
}

/** The data plane as a process of its own, here in the process that asked for it. */
export interface Sidecar extends AsyncDisposable {
  /**
   * Settles when all listeners that were announced accept. A control plane that is not there makes it wait; see `status`.
   *
   * Rejects with a `MeshError` when a listener of the bootstrap itself cannot be opened: the sidecar has closed then.
   */
  readonly ready: Promise<void>;
  /** Settles when the sidecar has closed: by `close`, or because an operator asked for it. */
  readonly closed: Promise<void>;
  readonly status: SidecarStatus;
  readonly listeners: readonly SidecarListener[];
  /** Calls that have no complete answer yet. */
  readonly active: number;
  /** The admin address of the bootstrap, with the actual port; absent if it has none. */
  readonly admin: EndpointAddress | undefined;
  readonly dataPlane: DataPlane;
  /**
   * Stops accepting, lets calls under way finish, and closes everything. At once where nothing is under way.
   *
   * @param options.drainTimeMs what is under way for longer is cut. Milliseconds. Default: that of the sidecar.
   */
  close(options?: { readonly drainTimeMs?: number }): Promise<void>;
}
