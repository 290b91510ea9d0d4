import type { MessageTypes } from "@dualmesh/envoy-api";
import type { CompileReport } from "../report.ts";
import { type CertificatePlan, compileCertificate } from "./certificate.ts";
import { compileTlsParameters, type TlsParameters } from "./tls-parameters.ts";
import { compileValidation, type ValidationPlan } from "./validation.ts";

/** What both sides of TLS are configured with. */
export interface TlsContextPlan {
  readonly parameters: TlsParameters;
  readonly certificate: CertificatePlan | undefined;
  /** `undefined`: any peer is taken, as with Envoy. */
  readonly validation: ValidationPlan | undefined;
  /** Protocols that ALPN offers, the best first; empty: by what is spoken. */
  readonly alpn: readonly string[];
}

/** Bytes of all names in ALPN together, each with its length (RFC 7301, section 3.1). */
const MAX_ALPN_BYTES = 65_535;

/** Compiles a CommonTlsContext. Secrets that come from elsewhere (SDS, certificate providers) are refused by name. */
export function compileTlsContext(
  message: MessageTypes["envoy.extensions.transport_sockets.tls.v3.CommonTlsContext"] | undefined,
  path: string,
  report: CompileReport,
): TlsContextPlan {
  if (message !== undefined) {
    report.checkFields(path, message, {
      uses: ["tls_params", "tls_certificates", "validation_context", "alpn_protocols"],
      ignores: ["key_log"],
    });
  }
  const { tls_certificates = [], alpn_protocols: alpn = [], validation_context: validation } = message ?? {};
  return {
    parameters: compileTlsParameters(message?.tls_params, `${path}.tls_params`, report),
    certificate: compileCertificate(tls_certificates, `${path}.tls_certificates`, report),
    validation:
      validation === undefined
        ? undefined
        : compileValidation(validation, `${path}.validation_context`, report),
    alpn: checkAlpn(alpn, `${path}.alpn_protocols`, report),
  };
}

function checkAlpn(names: readonly string[], path: string, report: CompileReport): readonly string[] {
  let total = 0;
  for (const [i, name] of names.entries()) {
    const bytes = Buffer.byteLength(name);
    total += bytes + 1;
    if (bytes === 0 || bytes > 255) report.refuse(`${path}[${i}]`, `expected 1 to 255 bytes, got ${bytes}`);
  }
  if (total > MAX_ALPN_BYTES) report.refuse(path, `expected ${MAX_ALPN_BYTES} bytes at most, got ${total}`);
  return names;
}
