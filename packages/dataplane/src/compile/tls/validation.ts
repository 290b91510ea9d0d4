import { X509Certificate } from "node:crypto";
import type { MessageTypes } from "@dualmesh/envoy-api";
import { enumValue } from "../enum-value.ts";
import type { CompileReport } from "../report.ts";
import { compileDataSource, type DataSource } from "./data-source.ts";
import { compileNameMatcher, compileUntypedMatcher, type NameMatcher } from "./name-matcher.ts";

type ValidationMessage =
  MessageTypes["envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext"];

/** What a peer's certificate must be like. */
export interface ValidationPlan {
  /** Authorities that its chain must lead to; `system`: those of the machine. `undefined`: chains are not looked at. */
  readonly trustedCa: DataSource | "system" | undefined;
  /** One of its names must match one of these; none: names are not looked at. */
  readonly names: readonly NameMatcher[];
  /** SHA-256 of the certificate (hex) or of its public key (base64), one of which must be its own; none: any will do. */
  readonly hashes: ReadonlySet<string>;
  /** A certificate that is none of all this is taken nevertheless. */
  readonly acceptUntrusted: boolean;
}

/** Compiles a CertificateValidationContext. */
export function compileValidation(
  message: ValidationMessage,
  path: string,
  report: CompileReport,
): ValidationPlan {
  report.checkFields(path, message, {
    uses: [
      "trusted_ca",
      "system_root_certs",
      "verify_certificate_spki",
      "verify_certificate_hash",
      "match_typed_subject_alt_names",
      "match_subject_alt_names",
      "trust_chain_verification",
    ],
    ignores: ["watched_directory"],
  });
  const typed = message.match_typed_subject_alt_names.flatMap(
    (one, i) => compileNameMatcher(one, `${path}.match_typed_subject_alt_names[${i}]`, report) ?? [],
  );
  const untyped = message.match_subject_alt_names.flatMap((one, i) =>
    compileUntypedMatcher(one, `${path}.match_subject_alt_names[${i}]`, report),
  );
  const trustedCa = compileAuthorities(message, path, report);
  const asksForNames =
    message.match_typed_subject_alt_names.length + message.match_subject_alt_names.length > 0;
  // Anybody can write any name into a certificate of his own.
  if (asksForNames && trustedCa === undefined)
    report.refuse(
      `${path}.trusted_ca`,
      "it is missing: names say nothing without an authority that vouches for them",
    );
  const acceptUntrusted = enumValue(
    message.trust_chain_verification,
    ACCEPTS_UNTRUSTED,
    `${path}.trust_chain_verification`,
    report,
  );
  if (acceptUntrusted)
    report.warn(
      `${path}.trust_chain_verification`,
      "it is ACCEPT_UNTRUSTED: any certificate of a peer is taken",
    );
  return {
    trustedCa,
    names: [...typed, ...untyped],
    hashes: new Set([
      ...message.verify_certificate_hash.map((one, i) =>
        hashOf(one, `${path}.verify_certificate_hash[${i}]`, report),
      ),
      ...message.verify_certificate_spki.map((one, i) =>
        spkiOf(one, `${path}.verify_certificate_spki[${i}]`, report),
      ),
    ]),
    acceptUntrusted,
  };
}

function compileAuthorities(
  message: ValidationMessage,
  path: string,
  report: CompileReport,
): ValidationPlan["trustedCa"] {
  if (message.trusted_ca === undefined) return message.system_root_certs === undefined ? undefined : "system";
  const here = `${path}.trusted_ca`;
  const source = compileDataSource(message.trusted_ca, here, report);
  // Of several the first is looked at; a mistake in a later one shows when they are loaded.
  if (source?.kind === "inline") report.attempt(here, () => new X509Certificate(source.bytes));
  return source;
}

/** In lower case and without colons, as they are compared. */
function hashOf(text: string, path: string, report: CompileReport): string {
  const hash = text.replaceAll(":", "").toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hash))
    report.refuse(path, `expected SHA-256 as 64 hexadecimal digits, got "${text}"`);
  return hash;
}

function spkiOf(text: string, path: string, report: CompileReport): string {
  if (Buffer.from(text, "base64").length !== 32)
    report.refuse(path, `expected SHA-256 in base64, got "${text}"`);
  return text;
}

const ACCEPTS_UNTRUSTED: Readonly<Record<string, boolean>> = {
  VERIFY_TRUST_CHAIN: false,
  ACCEPT_UNTRUSTED: true,
};
