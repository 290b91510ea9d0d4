import { createSecureContext, getCiphers, type SecureContextOptions, type SecureVersion } from "node:tls";
import type { MessageTypes } from "@dualmesh/envoy-api";
import { enumValue } from "../enum-value.ts";
import type { CompileReport } from "../report.ts";

type ParametersMessage = MessageTypes["envoy.extensions.transport_sockets.tls.v3.TlsParameters"];

/** Versions, ciphers, curves and signatures, as Node takes them. */
export type TlsParameters = Pick<
  SecureContextOptions,
  "minVersion" | "maxVersion" | "ciphers" | "ecdhCurve" | "sigalgs"
>;

const VERSIONS: Readonly<
  Record<ParametersMessage["tls_minimum_protocol_version"], SecureVersion | undefined>
> = {
  TLS_AUTO: undefined,
  TLSv1_0: "TLSv1",
  TLSv1_1: "TLSv1.1",
  TLSv1_2: "TLSv1.2",
  TLSv1_3: "TLSv1.3",
};

const ORDER: readonly SecureVersion[] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/** Those of TLS 1.3 are no matter of configuration, with Envoy: `cipher_suites` is about the versions before it. */
const TLS13_CIPHERS = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";

/** Compiles TlsParameters. Absent: TLS 1.2 and 1.3. */
export function compileTlsParameters(
  message: ParametersMessage | undefined,
  path: string,
  report: CompileReport,
): TlsParameters {
  if (message === undefined) return { minVersion: "TLSv1.2", maxVersion: "TLSv1.3" };
  report.checkFields(path, message, {
    uses: [
      "tls_minimum_protocol_version",
      "tls_maximum_protocol_version",
      "cipher_suites",
      "ecdh_curves",
      "signature_algorithms",
    ],
  });
  const minVersion =
    enumValue(
      message.tls_minimum_protocol_version,
      VERSIONS,
      `${path}.tls_minimum_protocol_version`,
      report,
    ) ?? "TLSv1.2";
  const maxVersion =
    enumValue(
      message.tls_maximum_protocol_version,
      VERSIONS,
      `${path}.tls_maximum_protocol_version`,
      report,
    ) ?? "TLSv1.3";
  if (ORDER.indexOf(minVersion) > ORDER.indexOf(maxVersion)) {
    const reason = `expected ${minVersion} or later, the least, got ${maxVersion}`;
    report.refuse(`${path}.tls_maximum_protocol_version`, reason);
  }
  const { cipher_suites: ciphers, ecdh_curves: curves, signature_algorithms: signatures } = message;
  const parameters: TlsParameters = {
    minVersion,
    maxVersion,
    ...(ciphers.length === 0 ? {} : { ciphers: cipherList(ciphers, `${path}.cipher_suites`, report) }),
    ...(curves.length === 0 ? {} : { ecdhCurve: curves.join(":") }),
    ...(signatures.length === 0 ? {} : { sigalgs: signatures.join(":") }),
  };
  // What OpenSSL does not know it says itself.
  if (ciphers.length + curves.length + signatures.length > 0)
    report.attempt(path, () => createSecureContext(parameters));
  return parameters;
}

/** `[a|b]` is a group of equals to Envoy; here they come in the order of writing. */
function cipherList(suites: readonly string[], path: string, report: CompileReport): string {
  const known = new Set(getCiphers());
  const names = suites.flatMap((suite, i) => {
    const group = suite.startsWith("[") && suite.endsWith("]") ? suite.slice(1, -1).split("|") : [suite];
    for (const one of group)
      if (!known.has(one.toLowerCase()))
        report.refuse(`${path}[${i}]`, `nobody knows a cipher suite "${one}"`);
    return group.filter((one) => known.has(one.toLowerCase()));
  });
  return [TLS13_CIPHERS, ...names].join(":");
}
