import { isIP, type OnReadOpts } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { hostMatcher } from "../compile/tls/name-matcher.ts";
import type { UpstreamTlsPlan } from "../compile/tls/upstream-tls.ts";
import type { ValidationPlan } from "../compile/tls/validation.ts";
import type { EndpointAddress } from "../transport/endpoint-address.ts";
import type { TlsSecrets } from "./load-secrets.ts";
import { tlsReason } from "./tls-reason.ts";
import type { TlsStats } from "./tls-stats.ts";
import { type PeerProblem, problem, verifyPeer } from "./verify-peer.ts";

export interface UpstreamTlsOptions {
  readonly plan: UpstreamTlsPlan;
  readonly secrets: TlsSecrets;
  readonly protocol: "http1" | "http2";
  /** The name of an endpoint; empty if it has none. */
  readonly hostname: (address: EndpointAddress) => string;
  readonly stats: TlsStats;
}

/** TLS with the endpoints of one cluster: connections, and who is let through. Sessions are not resumed. */
export class UpstreamTls {
  readonly #options: UpstreamTlsOptions;
  readonly #alpn: string[];

  constructor(options: UpstreamTlsOptions) {
    const { plan, protocol } = options;
    this.#options = options;
    this.#alpn = plan.alpn.length > 0 ? [...plan.alpn] : [protocol === "http2" ? "h2" : "http/1.1"];
  }

  /**
   * Connects. `ready` runs when the handshake is over and the endpoint is who it must be, in the same turn: nothing is sent
   * to anybody else. Whatever goes wrong before is an error of the socket.
   */
  connect(address: EndpointAddress, onread: OnReadOpts | undefined, ready: () => void): TLSSocket {
    const { secrets, stats } = this.#options;
    if (secrets.context === undefined) throw new Error("TLS: certificates and keys are not loaded");
    const serverName = this.#serverName(address);
    const socket = connect({
      ...(address.kind === "pipe" ? { path: address.path } : { host: address.host, port: address.port }),
      ...(onread === undefined ? {} : { onread }),
      ...(serverName === "" ? {} : { servername: serverName }),
      secureContext: secrets.context,
      ALPNProtocols: this.#alpn,
      // Judged below, by other names and rules than Node's.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    socket.setNoDelay(true);
    const onError = (error: Error): void => {
      if (tlsReason(error) !== undefined) stats.connectionError.add();
    };
    socket.once("error", onError);
    socket.once("secureConnect", () => {
      socket.off("error", onError);
      const bad = this.#verify(socket, serverName);
      const why = bad?.message ?? this.#checkProtocol(socket.alpnProtocol);
      (bad === undefined ? stats.handshake : stats.failVerify[bad.failure]).add();
      if (why === undefined) ready();
      else socket.destroy(new Error(`TLS_error: ${why}`));
    });
    return socket;
  }

  #serverName(address: EndpointAddress): string {
    const { plan, hostname } = this.#options;
    const own = plan.usesHostNames ? hostname(address) : "";
    // An IP address is no server name (RFC 6066, section 3).
    return own === "" || isIP(own) !== 0 ? plan.serverName : own;
  }

  #verify(socket: TLSSocket, serverName: string): PeerProblem | undefined {
    const { validation, verifiesServerName } = this.#options.plan;
    if (validation === undefined) return undefined;
    if (!verifiesServerName) return verifyPeer(socket, validation);
    if (serverName === "")
      return problem("san", "the endpoint has no name that its certificate could be for");
    return verifyPeer(socket, { ...validation, names: [hostMatcher(serverName)] } satisfies ValidationPlan);
  }

  /** Who does not agree on HTTP/2 would take its preface for a bad request; and the other way round. */
  #checkProtocol(agreed: string | false | null): string | undefined {
    if (this.#options.protocol === "http1") {
      return agreed === "h2"
        ? "NO_APPLICATION_PROTOCOL: the peer wants HTTP/2, and the cluster speaks HTTP/1.1"
        : undefined;
    }
    if (typeof agreed === "string" && !agreed.startsWith("http/")) return undefined;
    const what = typeof agreed === "string" ? agreed : "no protocol";
    return `NO_APPLICATION_PROTOCOL: the peer agrees on ${what} by ALPN, and the cluster speaks HTTP/2 (h2)`;
  }
}
