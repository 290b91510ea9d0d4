import type { Counter, Metrics } from "@dualmesh/core";

/** What of a peer was not as it must be; the names are those of Envoy's counters. */
export type PeerFailure = "no_cert" | "error" | "cert_hash" | "san";

/** The counters of one side of TLS, under Envoy's names. */
export interface TlsStats {
  /** Finished, with a peer that was let through. */
  readonly handshake: Counter;
  /** Broken off for whatever has nothing to do with certificates of this side's peers. */
  readonly connectionError: Counter;
  /** Finished without a certificate of the peer. */
  readonly noCertificate: Counter;
  /** Finished, and the peer was not let through. */
  readonly failVerify: Readonly<Record<PeerFailure, Counter>>;
}

/** @param prefix `cluster.orders.` or `listener.127.0.0.1_443.`. */
export function tlsStats(metrics: Metrics, prefix: string): TlsStats {
  const counter = (name: string): Counter => metrics.counter(`${prefix}ssl.${name}`);
  return {
    handshake: counter("handshake"),
    connectionError: counter("connection_error"),
    noCertificate: counter("no_certificate"),
    failVerify: {
      no_cert: counter("fail_verify_no_cert"),
      error: counter("fail_verify_error"),
      cert_hash: counter("fail_verify_cert_hash"),
      san: counter("fail_verify_san"),
    },
  };
}
