import type { IssuedCertificate } from "@dualmesh/testkit/certificates";

const TLS = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3";

/** The transport socket of a cluster, in proto3 JSON. */
export function upstreamSocket(context: object = {}): object {
  return {
    transport_socket: { name: "tls", typed_config: { "@type": `${TLS}.UpstreamTlsContext`, ...context } },
  };
}

/** The transport socket of a filter chain. */
export function downstreamSocket(context: object = {}): object {
  return {
    transport_socket: { name: "tls", typed_config: { "@type": `${TLS}.DownstreamTlsContext`, ...context } },
  };
}

/** A certificate of ours among the fields of a common TLS context. */
export function certificateJson({ certificate, privateKey }: IssuedCertificate): object {
  return {
    tls_certificates: [
      { certificate_chain: { inline_string: certificate }, private_key: { inline_string: privateKey } },
    ],
  };
}

/** Trust in one authority, with further fields of a validation context. */
export function trust(authority: { readonly certificate: string }, more: object = {}): object {
  return { validation_context: { trusted_ca: { inline_string: authority.certificate }, ...more } };
}

/** A certificate must have this name. */
export function named(exact: string, san_type = "DNS"): object {
  return { match_typed_subject_alt_names: [{ san_type, matcher: { exact } }] };
}
