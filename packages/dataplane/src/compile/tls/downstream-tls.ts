import { createHash } from "node:crypto";
import { encode, type MessageTypes } from "@dualmesh/envoy-api";
import type { CompileReport } from "../report.ts";
import { compileTlsContext, type TlsContextPlan } from "./tls-context.ts";
import { openTransportSocket } from "./transport-socket.ts";

/** How a filter chain does TLS with its clients. */
export interface DownstreamTlsPlan extends TlsContextPlan {
  /** A hash of all of it: connections of another one begin anew. */
  readonly identity: string;
  /** A client without a certificate is turned away. */
  readonly requiresClientCertificate: boolean;
  /** A client that names no server is turned away. */
  readonly requiresServerName: boolean;
  /** Whether clients are given what lets them resume a session. */
  readonly resumesSessions: boolean;
}

const DOWNSTREAM_TLS = "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";

/** Compiles the transport socket of a filter chain. */
export function compileDownstreamTls(
  message: MessageTypes["envoy.config.core.v3.TransportSocket"],
  path: string,
  report: CompileReport,
): DownstreamTlsPlan | undefined {
  const opened = openTransportSocket(message, "downstream", { path, report });
  if (opened === undefined) return undefined;
  const { context, path: here } = opened;
  report.checkFields(here, context, {
    uses: [
      "common_tls_context",
      "require_client_certificate",
      "require_sni",
      "ocsp_staple_policy",
      "disable_stateless_session_resumption",
    ],
    // Sessions live in tickets alone, for as long as OpenSSL says; and there is one certificate to look for.
    ignores: [
      "disable_stateful_session_resumption",
      "session_timeout",
      "full_scan_certs_on_sni_mismatch",
      "prefer_client_ciphers",
    ],
  });
  if (context.ocsp_staple_policy !== "LENIENT_STAPLING")
    report.refuse(
      `${here}.ocsp_staple_policy`,
      `expected LENIENT_STAPLING, got ${context.ocsp_staple_policy}`,
    );
  const commonPath = `${here}.common_tls_context`;
  const common = compileTlsContext(context.common_tls_context, commonPath, report);
  const given = context.common_tls_context?.tls_certificates.length ?? 0;
  if (given === 0) report.refuse(`${commonPath}.tls_certificates`, "expected one certificate, got none");
  return {
    ...common,
    identity: createHash("sha256").update(encode(DOWNSTREAM_TLS, context)).digest("hex").slice(0, 16),
    requiresClientCertificate: context.require_client_certificate ?? false,
    requiresServerName: context.require_sni ?? false,
    resumesSessions: context.disable_stateless_session_resumption !== true,
  };
}
