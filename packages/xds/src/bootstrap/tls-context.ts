import { type Any, type Message, typeNameOf, unpackAnyAs } from "@dualmesh/envoy-api/wire";
import type { PemSource, XdsTls } from "../client/xds-target.ts";

type TlsContext = Message<"envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext">;
type ValidationContext = Message<"envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext">;
type DataSource = Message<"envoy.config.core.v3.DataSource">;

const UPSTREAM_TLS = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
const RAW_BUFFER = "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";

/** What of a TLS context has no meaning for the one connection to a control plane; each is refused by name. */
const REFUSED_COMMON = [
  "tls_certificate_sds_secret_configs",
  "validation_context_sds_secret_config",
  "combined_validation_context",
  "tls_certificate_provider_instance",
  "custom_handshaker",
] as const;
const REFUSED_VALIDATION = [
  "verify_certificate_hash",
  "verify_certificate_spki",
  "crl",
  "custom_validator_config",
  "ca_certificate_provider_instance",
  "allow_expired_certificate",
] as const;

/**
 * The TLS settings for the connection to a control plane, from the transport socket of its cluster: files and inline
 * texts, one client certificate, one DNS name. `undefined`: plaintext.
 *
 * Differs from Envoy in one point, for safety: the server's certificate is always verified, name included.
 *
 * @param problem is called with each thing that is asked for and not supported.
 */
export function tlsOfTransportSocket(
  config: Any | undefined,
  problem: (sentence: string) => void,
): XdsTls | undefined {
  if (config === undefined || typeNameOf(config) === RAW_BUFFER) return undefined;
  if (typeNameOf(config) !== UPSTREAM_TLS) {
    problem(`transport socket ${config.type_url} is not supported for the control plane`);
    return undefined;
  }
  let context: TlsContext;
  try {
    context = unpackAnyAs(UPSTREAM_TLS, config);
  } catch (error) {
    problem((error as Error).message);
    return undefined;
  }
  return tlsOfContext(context, problem);
}

function tlsOfContext(context: TlsContext, problem: (sentence: string) => void): XdsTls {
  const common = context.common_tls_context;
  for (const field of REFUSED_COMMON) if (isSet(common?.[field])) problem(refused(field));
  const [certificate, second] = common?.tls_certificates ?? [];
  if (second !== undefined) problem("tls_certificates: one certificate is supported, not several");
  for (const field of ["password", "private_key_provider", "pkcs12"] as const) {
    if (isSet(certificate?.[field])) problem(refused(field));
  }
  const validation = common?.validation_context;
  for (const field of REFUSED_VALIDATION) if (isSet(validation?.[field])) problem(refused(field));
  return tlsOf(
    {
      trustedCa: pemOf("trusted_ca", validation?.trusted_ca, problem),
      certificateChain: pemOf("certificate_chain", certificate?.certificate_chain, problem),
      privateKey: pemOf("private_key", certificate?.private_key, problem),
      serverName: serverName(context.sni, validation, problem),
    },
    problem,
  );
}

interface TlsParts {
  readonly trustedCa: PemSource | undefined;
  readonly certificateChain: PemSource | undefined;
  readonly privateKey: PemSource | undefined;
  readonly serverName: string | undefined;
}

/** Puts TLS settings together from parts that may be absent. */
export function tlsOf(parts: TlsParts, problem: (sentence: string) => void): XdsTls {
  const { trustedCa, certificateChain, privateKey, serverName } = parts;
  if ((certificateChain === undefined) !== (privateKey === undefined)) {
    problem("a client certificate needs both a certificate chain and a private key");
  }
  return {
    ...(trustedCa === undefined ? {} : { trustedCa }),
    ...(certificateChain === undefined ? {} : { certificateChain }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

/** PEM from a file or inline. The environment is not read here. */
export function pemOf(
  field: string,
  source: DataSource | undefined,
  problem: (sentence: string) => void,
): PemSource | undefined {
  if (source === undefined) return undefined;
  const { filename, inline_bytes: bytes, inline_string: text } = source;
  if (filename !== undefined) return { kind: "file", path: filename };
  if (bytes !== undefined) return { kind: "inline", pem: Buffer.from(bytes).toString() };
  if (text !== undefined) return { kind: "inline", pem: text };
  problem(`${field}: only filename, inline_bytes and inline_string are supported`);
  return undefined;
}

/** The name to verify: SNI, or the one name that the certificate must have. */
function serverName(
  sni: string,
  validation: ValidationContext | undefined,
  problem: (sentence: string) => void,
): string | undefined {
  const matchers = validation?.match_typed_subject_alt_names ?? [];
  if (matchers.length === 0) return sni === "" ? undefined : sni;
  const [only] = matchers;
  const exact = only?.matcher?.exact;
  if (
    matchers.length > 1 ||
    only?.san_type !== "DNS" ||
    exact === undefined ||
    (sni !== "" && sni !== exact)
  ) {
    problem(
      "match_typed_subject_alt_names: one exact DNS name is supported for the control plane, the same as sni",
    );
  }
  return exact;
}

function refused(field: string): string {
  return `${field} is not supported for the control plane`;
}

function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}
