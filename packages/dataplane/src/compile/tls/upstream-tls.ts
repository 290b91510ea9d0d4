import { isIP } from "node:net";
import type { MessageTypes } from "@dualmesh/envoy-api";
import type { CompileReport } from "../report.ts";
import { compileTlsContext, type TlsContextPlan } from "./tls-context.ts";
import { openTransportSocket } from "./transport-socket.ts";

/** How a cluster does TLS with its endpoints. */
export interface UpstreamTlsPlan extends TlsContextPlan {
  /** The name that endpoints are asked for; empty: none. */
  readonly serverName: string;
  /** The name of the endpoint in its place, where it has one. */
  readonly usesHostNames: boolean;
  /** A certificate must be for the name that was asked for; other names are not looked at then. */
  readonly verifiesServerName: boolean;
  /**
   * What is known of an endpoint that was let through: `peer`: that it is who is meant, by a name that an authority vouches
   * for, or by its very certificate; `authority`: that somebody vouches for it; `nothing`.
   */
  readonly verifies: "peer" | "authority" | "nothing";
}

/** Compiles the transport socket of a cluster. */
export function compileUpstreamTls(
  message: MessageTypes["envoy.config.core.v3.TransportSocket"],
  path: string,
  report: CompileReport,
): UpstreamTlsPlan | undefined {
  const opened = openTransportSocket(message, "upstream", { path, report });
  if (opened === undefined) return undefined;
  const { context, path: here } = opened;
  report.checkFields(here, context, {
    uses: ["common_tls_context", "sni", "auto_host_sni", "auto_sni_san_validation"],
    // Sessions are not resumed, and nothing is renegotiated.
    ignores: ["allow_renegotiation", "max_session_keys"],
  });
  const common = compileTlsContext(context.common_tls_context, `${here}.common_tls_context`, report);
  const { sni, auto_host_sni: usesHostNames, auto_sni_san_validation: verifiesServerName } = context;
  if (Buffer.byteLength(sni) > 255)
    report.refuse(`${here}.sni`, `expected 255 bytes at most, got ${Buffer.byteLength(sni)}`);
  const isAddress = isIP(sni) !== 0;
  if (isAddress)
    report.warn(`${here}.sni`, "an IP address is no server name (RFC 6066, section 3): none is sent");
  if (verifiesServerName && common.validation?.trustedCa === undefined) {
    const reason =
      "names say nothing without an authority that vouches for them: validation_context.trusted_ca is missing";
    report.refuse(`${here}.auto_sni_san_validation`, reason);
  }
  if (verifiesServerName && !usesHostNames && (sni === "" || isAddress))
    report.refuse(
      `${here}.auto_sni_san_validation`,
      "expected sni or auto_host_sni beside it, there is neither",
    );
  return {
    ...common,
    serverName: isAddress ? "" : sni,
    usesHostNames,
    verifiesServerName,
    verifies: verified(common, verifiesServerName),
  };
}

function verified({ validation }: TlsContextPlan, verifiesServerName: boolean): UpstreamTlsPlan["verifies"] {
  if (validation === undefined || validation.acceptUntrusted) return "nothing";
  const { trustedCa, names, hashes } = validation;
  if (hashes.size > 0) return "peer";
  if (trustedCa === undefined) return "nothing";
  return names.length > 0 || verifiesServerName ? "peer" : "authority";
}
