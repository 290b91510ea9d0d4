import { chmod } from "node:fs/promises";
import { encode } from "@dualmesh/envoy-api";
import { createSnapshot, createXdsServer, type Listening, type XdsServer } from "@dualmesh/xds/server";
import { clearStaleSocket } from "../listener/stale-socket.ts";
import type { KnownResource } from "./accepted-resources.ts";

/** All clients are the one application beside this sidecar. */
const GROUP = "";

/**
 * Serves what the sidecar has accepted, by ADS on a Unix socket: the SDK beside it takes its configuration from here
 * while the sidecar lives, and so has tables that are warm, and no older than the sidecar's, when it does not.
 */
export class AdsServer implements AsyncDisposable {
  readonly path: string;
  readonly #server: XdsServer;
  readonly #listening: Listening;
  readonly #packed = new WeakMap<Uint8Array, Uint8Array>();

  private constructor(path: string, server: XdsServer, listening: Listening) {
    this.path = path;
    this.#server = server;
    this.#listening = listening;
  }

  /** @throws {MeshError} when the socket cannot be opened. */
  static async open(path: string): Promise<AdsServer> {
    await clearStaleSocket(path, "ADS socket");
    const server = createXdsServer({ group: () => GROUP, controlPlane: "dualmesh sidecar" });
    const listening = await server.listen({ path });
    // The folder keeps others out until then.
    await chmod(path, 0o600);
    return new AdsServer(path, server, listening);
  }

  /** What clients get from now on. Only what is there: of the rest, the SDK learns no more than the sidecar knows. */
  publish(resources: readonly KnownResource[]): void {
    const present = resources.flatMap(({ typeUrl, name, state }) =>
      state.kind === "present" ? [{ typeUrl, name, any: this.#pack(typeUrl, state.bytes) }] : [],
    );
    this.#server.setSnapshot(GROUP, createSnapshot(present));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#listening.close();
  }

  /** Kept by the identity of the bytes: an update of one resource packs, and hashes, that one alone. */
  #pack(typeUrl: string, bytes: Uint8Array): Uint8Array {
    let any = this.#packed.get(bytes);
    if (any === undefined) {
      any = encode("google.protobuf.Any", { type_url: typeUrl, value: bytes });
      this.#packed.set(bytes, any);
    }
    return any;
  }
}
