import { createHash, type X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { NameMatcher } from "../compile/tls/name-matcher.ts";
import type { ValidationPlan } from "../compile/tls/validation.ts";
import { readSubjectAltNames } from "./subject-alt-names.ts";
import type { PeerFailure } from "./tls-stats.ts";

/** Why a peer is not let through. */
export interface PeerProblem {
  readonly failure: PeerFailure;
  /** In OpenSSL's and Envoy's word, and then in a sentence. */
  readonly message: string;
}

/** So many of a certificate's names are shown where none fits. */
const MAX_SHOWN = 5;
const MAX_SHOWN_CHARACTERS = 256;

/**
 * Whether the peer of a finished handshake is one that was wanted: its chain, its very certificate, one of its names. The
 * common name is not looked at (RFC 9525, section 6.3).
 *
 * @returns Why not; `undefined` if it is.
 */
export function verifyPeer(
  socket: TLSSocket,
  { trustedCa, names, hashes, acceptUntrusted }: ValidationPlan,
): PeerProblem | undefined {
  if (acceptUntrusted) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return problem("no_cert", "the peer has shown no certificate");
  if (trustedCa !== undefined && !socket.authorized)
    return problem("error", String(socket.authorizationError));
  if (hashes.size > 0 && !hashesOf(certificate).some((hash) => hashes.has(hash)))
    return problem("cert_hash", "neither the certificate nor its key is among those wanted");
  return names.length === 0 ? undefined : verifyNames(certificate, names);
}

export function problem(failure: PeerFailure, message: string): PeerProblem {
  return { failure, message: `CERTIFICATE_VERIFY_FAILED: ${message}` };
}

function hashesOf(certificate: X509Certificate): readonly string[] {
  const key = certificate.publicKey.export({ type: "spki", format: "der" });
  return [
    createHash("sha256").update(certificate.raw).digest("hex"),
    createHash("sha256").update(key).digest("base64"),
  ];
}

function verifyNames(certificate: X509Certificate, wanted: readonly NameMatcher[]): PeerProblem | undefined {
  const names = readSubjectAltNames(certificate.subjectAltName);
  const fits = wanted.some((one) => names.some(({ kind, value }) => kind === one.kind && one.matches(value)));
  if (fits) return undefined;
  const shown = names
    .slice(0, MAX_SHOWN)
    .map(({ kind, value }) => `${kind} ${JSON.stringify(value.slice(0, MAX_SHOWN_CHARACTERS))}`);
  if (names.length > MAX_SHOWN) shown.push("…");
  const has =
    names.length === 0 ? "the certificate has no names" : `the certificate is for ${shown.join(", ")}`;
  return problem("san", `${has}, and not for ${wanted.join(" or ")}`);
}
