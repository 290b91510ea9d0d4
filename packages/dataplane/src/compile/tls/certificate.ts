import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { MessageTypes } from "@dualmesh/envoy-api";
import type { CompileReport } from "../report.ts";
import { compileDataSource, type DataSource } from "./data-source.ts";

/** A certificate of ours, with its key. */
export interface CertificatePlan {
  readonly chain: DataSource;
  readonly key: DataSource;
  readonly password: DataSource | undefined;
}

/** Compiles the certificate of a TLS context: one at most, since which of several is for whom nobody here decides. */
export function compileCertificate(
  messages: readonly MessageTypes["envoy.extensions.transport_sockets.tls.v3.TlsCertificate"][],
  path: string,
  report: CompileReport,
): CertificatePlan | undefined {
  const [message, ...more] = messages;
  if (message === undefined) return undefined;
  if (more.length > 0) report.refuse(path, `expected one certificate, got ${messages.length}`);
  const here = `${path}[0]`;
  report.checkFields(here, message, {
    uses: ["certificate_chain", "private_key", "password"],
    // Proofs for those who ask for them, and a hint that files change: none of them keeps anybody out.
    ignores: ["watched_directory", "ocsp_staple", "signed_certificate_timestamp"],
  });
  const source = (field: "certificate_chain" | "private_key" | "password"): DataSource | undefined => {
    const given = message[field];
    if (given !== undefined) return compileDataSource(given, `${here}.${field}`, report);
    if (field !== "password") report.refuse(`${here}.${field}`, "it is missing");
    return undefined;
  };
  const chain = source("certificate_chain");
  const key = source("private_key");
  if (chain === undefined || key === undefined) return undefined;
  const plan: CertificatePlan = { chain, key, password: source("password") };
  checkInline(plan, here, report);
  return plan;
}

/** What is not in files is known now, and is judged now. */
function checkInline({ chain, key, password }: CertificatePlan, path: string, report: CompileReport): void {
  const certificate =
    chain.kind === "file"
      ? undefined
      : report.attempt(`${path}.certificate_chain`, () => new X509Certificate(chain.bytes));
  if (key.kind === "file" || password?.kind === "file") return;
  const privateKey = report.attempt(`${path}.private_key`, () => readKey(key.bytes, password?.bytes));
  if (certificate === undefined || privateKey === undefined) return;
  if (!certificate.checkPrivateKey(privateKey))
    report.refuse(`${path}.private_key`, "it is not the key of the certificate");
}

function readKey(key: Buffer, passphrase: Buffer | undefined): KeyObject {
  return createPrivateKey(passphrase === undefined ? { key } : { key, passphrase });
}
