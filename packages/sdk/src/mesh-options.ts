import type { Clock, Metrics, Random } from "@dualmesh/core";
import type { EndpointAddress, Extension } from "@dualmesh/dataplane";
import type { Dispatcher } from "undici";
import type { BootstrapInput } from "./bootstrap.ts";
import type { OutboundPolicy } from "./environment.ts";
import type { AppServer } from "./install-accept.ts";
import type { Mode, OnSidecarLoss } from "./mode/mode.ts";

export interface MeshOptions {
  /** A bootstrap file in Envoy's form (path), its content, or the decoded message: the same as the sidecar's. */
  readonly bootstrap: BootstrapInput;
  /** Default `auto`. */
  readonly mode?: Mode;
  /** Default `direct`, and `fail` in mode `sidecar`. */
  readonly onSidecarLoss?: OnSidecarLoss;
  /** What becomes of calls to hosts that no route claims. Default `allow_any`. */
  readonly outbound?: OutboundPolicy;
  /** Where the sidecar is. Default: its socket in `runtimeFolder`, then a loopback port. */
  readonly sidecar?: EndpointAddress;
  /** The folder of sockets between the processes of this user. */
  readonly runtimeFolder?: string;
  /** The number of this worker among those of one `cluster`: they share a node, and publish themselves one by one. */
  readonly workerId?: number;
  /** The control plane's admin listener: this workload's addresses are published there while it listens. */
  readonly registry?: EndpointAddress;
  /**
   * Servers whose requests are held until the mesh is open: they are published before. A configuration is complete when
   * its endpoints are known, and services that call each other would each wait for the other's. Default none.
   */
  readonly heldServers?: Iterable<AppServer>;
  readonly extensions?: readonly Extension[];
  /** Takes calls to hosts outside the mesh. Default: an agent of undici. */
  readonly passthrough?: Dispatcher;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly metrics?: Metrics;
  /** Takes one sentence about anything worth knowing. Default: nothing. */
  readonly log?: (sentence: string) => void;
  /** How long `createMesh` waits for the first complete configuration. Milliseconds. Default 15,000. */
  readonly readyTimeoutMs?: number;
  /**
   * What happens then. `fail`: `createMesh` rejects. `open`: the mesh opens without, claims no host, and takes the
   * configuration when it comes. Default `fail`.
   */
  readonly whenLate?: "fail" | "open";
}
