import { createCertificateAuthority } from "@dualmesh/testkit/certificates";
import { describe, expect, test } from "vitest";
import { certificateJson, named, trust, upstreamSocket } from "../tls/tls-json.ts";
import { compiled, problems, warnings } from "./compile-json.ts";

const authority = createCertificateAuthority();
const own = authority.issue();
const other = authority.issue();

const cluster = (context: object): object => ({ name: "a", ...upstreamSocket(context) });
const common = (common_tls_context: object): object => ({ common_tls_context });
const [pair] = (certificateJson(own) as { readonly tls_certificates: readonly object[] }).tls_certificates;
const withPair = (more: object): object => common({ tls_certificates: [{ ...pair, ...more }] });

test("a TLS context that says nothing takes anybody, by TLS 1.2 or 1.3", () => {
  expect(compiled("cluster", cluster({})).tls).toEqual({
    parameters: { minVersion: "TLSv1.2", maxVersion: "TLSv1.3" },
    certificate: undefined,
    validation: undefined,
    alpn: [],
    serverName: "",
    usesHostNames: false,
    verifiesServerName: false,
    verifies: "nothing",
  });
});

test("a raw buffer is clear text, as is no socket", () => {
  const type = "type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";
  const transport_socket = { name: "raw", typed_config: { "@type": type } };
  expect(compiled("cluster", { name: "a", transport_socket }).tls).toBeUndefined();
  expect(compiled("cluster", { name: "a" }).tls).toBeUndefined();
});

test.each([
  ["nothing", {}],
  ["nothing", { validation_context: {} }],
  ["authority", trust(authority)],
  ["peer", trust(authority, named("a.test"))],
  ["peer", { validation_context: { verify_certificate_hash: ["ab".repeat(32)] } }],
  ["nothing", trust(authority, { ...named("a.test"), trust_chain_verification: "ACCEPT_UNTRUSTED" })],
])("of an endpoint %s is verified with %j", (verifies, context) => {
  expect(compiled("cluster", cluster(common(context))).tls?.verifies).toBe(verifies);
});

test("versions, ciphers and curves are OpenSSL's, and those of TLS 1.3 always there", () => {
  const tls_params = {
    tls_minimum_protocol_version: "TLSv1_2",
    tls_maximum_protocol_version: "TLSv1_2",
    cipher_suites: ["[ECDHE-ECDSA-AES128-GCM-SHA256|ECDHE-ECDSA-CHACHA20-POLY1305]", "AES128-SHA"],
    ecdh_curves: ["X25519", "P-256"],
    signature_algorithms: ["ecdsa_secp256r1_sha256"],
  };
  expect(compiled("cluster", cluster(common({ tls_params }))).tls?.parameters).toEqual({
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.2",
    ciphers:
      "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:" +
      "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:AES128-SHA",
    ecdhCurve: "X25519:P-256",
    sigalgs: "ecdsa_secp256r1_sha256",
  });
});

const TLS = "envoy.extensions.transport_sockets.tls.v3";
const SDS = { name: "secret", sds_config: { ads: {} } };
const UNSUPPORTED = "it is set, and is not supported";
const VALIDATION = ".common_tls_context.validation_context";
const CERTIFICATE = ".common_tls_context.tls_certificates[0]";

describe("of the TLS of a cluster is refused by its path", () => {
  test.each([
    [
      ".common_tls_context.tls_certificate_sds_secret_configs",
      common({ tls_certificate_sds_secret_configs: [SDS] }),
      UNSUPPORTED,
    ],
    [
      ".common_tls_context.validation_context_sds_secret_config",
      common({ validation_context_sds_secret_config: SDS }),
      UNSUPPORTED,
    ],
    [
      ".common_tls_context.combined_validation_context",
      common({
        combined_validation_context: {
          default_validation_context: {},
          validation_context_sds_secret_config: SDS,
        },
      }),
      UNSUPPORTED,
    ],
    [
      ".common_tls_context.tls_certificate_provider_instance",
      common({ tls_certificate_provider_instance: { instance_name: "default" } }),
      UNSUPPORTED,
    ],
    [".common_tls_context.custom_handshaker", common({ custom_handshaker: { name: "x" } }), UNSUPPORTED],
    [
      `${CERTIFICATE}.private_key_provider`,
      withPair({ private_key_provider: { provider_name: "hsm" } }),
      UNSUPPORTED,
    ],
    [`${CERTIFICATE}.pkcs12`, withPair({ pkcs12: { inline_string: "x" } }), UNSUPPORTED],
    [
      `${CERTIFICATE}.private_key`,
      common({ tls_certificates: [{ certificate_chain: { inline_string: own.certificate } }] }),
      "it is missing",
    ],
    [
      `${CERTIFICATE}.private_key`,
      withPair({ private_key: { inline_string: other.privateKey } }),
      "it is not the key of the certificate",
    ],
    [
      `${CERTIFICATE}.private_key`,
      withPair({ private_key: { environment_variable: "KEY" } }),
      "expected filename, inline_bytes or inline_string",
    ],
    [
      `${CERTIFICATE}.private_key.environment_variable`,
      withPair({ private_key: { environment_variable: "KEY" } }),
      UNSUPPORTED,
    ],
    [
      ".common_tls_context.tls_certificates",
      common({ tls_certificates: [pair, pair] }),
      "expected one certificate, got 2",
    ],
    [`${VALIDATION}.crl`, common(trust(authority, { crl: { inline_string: "x" } })), UNSUPPORTED],
    [
      `${VALIDATION}.allow_expired_certificate`,
      common(trust(authority, { allow_expired_certificate: true })),
      UNSUPPORTED,
    ],
    [`${VALIDATION}.max_verify_depth`, common(trust(authority, { max_verify_depth: 1 })), UNSUPPORTED],
    [
      `${VALIDATION}.custom_validator_config`,
      common(trust(authority, { custom_validator_config: { name: "spiffe" } })),
      UNSUPPORTED,
    ],
    [
      `${VALIDATION}.ca_certificate_provider_instance`,
      common(trust(authority, { ca_certificate_provider_instance: {} })),
      UNSUPPORTED,
    ],
    [
      `${VALIDATION}.trusted_ca`,
      common({ validation_context: named("a.test") }),
      "it is missing: names say nothing without an authority that vouches for them",
    ],
    [
      `${VALIDATION}.verify_certificate_hash[0]`,
      common({ validation_context: { verify_certificate_hash: ["zz".repeat(32)] } }),
      `expected SHA-256 as 64 hexadecimal digits, got "${"zz".repeat(32)}"`,
    ],
    [
      `${VALIDATION}.match_typed_subject_alt_names[0].san_type`,
      common(trust(authority, named("1.2.3", "OTHER_NAME"))),
      "expected DNS, URI, EMAIL or IP_ADDRESS, got OTHER_NAME",
    ],
    [
      `${VALIDATION}.match_typed_subject_alt_names[0].matcher`,
      common(
        trust(authority, { match_typed_subject_alt_names: [{ san_type: "DNS", matcher: { prefix: "" } }] }),
      ),
      "string matcher: prefix needs at least one character",
    ],
    [
      ".common_tls_context.tls_params.cipher_suites[1]",
      common({ tls_params: { cipher_suites: ["AES128-SHA", "ROT13"] } }),
      'nobody knows a cipher suite "ROT13"',
    ],
    [
      ".common_tls_context.tls_params.tls_maximum_protocol_version",
      common({
        tls_params: { tls_minimum_protocol_version: "TLSv1_3", tls_maximum_protocol_version: "TLSv1_2" },
      }),
      "expected TLSv1.3 or later, the least, got TLSv1.2",
    ],
    [
      ".common_tls_context.alpn_protocols[0]",
      common({ alpn_protocols: [""] }),
      "expected 1 to 255 bytes, got 0",
    ],
    [".sni", { sni: "a".repeat(256) }, "expected 255 bytes at most, got 256"],
    [".enforce_rsa_key_usage", { enforce_rsa_key_usage: true }, UNSUPPORTED],
    [
      ".auto_sni_san_validation",
      { sni: "a.test", auto_sni_san_validation: true },
      "names say nothing without an authority that vouches for them: validation_context.trusted_ca is missing",
    ],
    [
      ".auto_sni_san_validation",
      { auto_sni_san_validation: true, ...common(trust(authority)) },
      "expected sni or auto_host_sni beside it, there is neither",
    ],
  ])("%s", (path, context, reason) => {
    expect(problems("cluster", cluster(context))).toContain(
      `cluster "a".transport_socket.typed_config${path}: ${reason}`,
    );
  });
});

test.each([
  [{ name: "tls" }, "it is missing"],
  [
    { name: "quic", typed_config: { "@type": `type.googleapis.com/${TLS}.DownstreamTlsContext` } },
    `expected ${TLS}.UpstreamTlsContext, got ${TLS}.DownstreamTlsContext`,
  ],
  [
    {
      name: "alts",
      typed_config: { "@type": "type.googleapis.com/envoy.extensions.transport_sockets.alts.v3.Alts" },
    },
    `expected ${TLS}.UpstreamTlsContext, got envoy.extensions.transport_sockets.alts.v3.Alts`,
  ],
])("another socket is refused: %j", (transport_socket, reason) => {
  expect(problems("cluster", { name: "a", transport_socket })).toEqual([
    `cluster "a".transport_socket.typed_config: ${reason}`,
  ]);
});

test("a key that is no key is refused with OpenSSL's reason, and never shown", () => {
  const [problem, ...more] = problems(
    "cluster",
    cluster(withPair({ private_key: { inline_string: "top secret" } })),
  );
  expect(more).toEqual([]);
  expect(problem).toMatch(/tls_certificates\[0\]\.private_key: .*(DECODER|PEM|unsupported)/);
  expect(problem).not.toContain("top secret");
});

test("names that each request would have to give are refused with TLS, and are nothing without", () => {
  const type = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  const options = {
    typed_extension_protocol_options: {
      http: {
        "@type": type,
        upstream_http_protocol_options: { auto_sni: true, auto_san_validation: true },
        explicit_http_config: { http_protocol_options: {} },
      },
    },
  };
  const path = 'cluster "a".typed_extension_protocol_options["http"].upstream_http_protocol_options';
  expect(problems("cluster", { ...cluster({}), ...options })).toEqual([
    `${path}.auto_sni: ${UNSUPPORTED}`,
    `${path}.auto_san_validation: ${UNSUPPORTED}`,
  ]);
  expect(warnings("cluster", { name: "a", ...options })).toHaveLength(2);
});
