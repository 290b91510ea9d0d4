import { readFile } from "node:fs/promises";
import type { PemSource, XdsTls } from "./xds-target.ts";

/** TLS settings with their files read; `null` stands for what was not given, as in grpc-js. */
export interface LoadedTls {
  readonly trustedCa: Buffer | null;
  readonly privateKey: Buffer | null;
  readonly certificateChain: Buffer | null;
}

/** Reads the files of a TLS setting. */
export async function readTls(tls: XdsTls): Promise<LoadedTls> {
  const [trustedCa, privateKey, certificateChain] = await Promise.all([
    readPem(tls.trustedCa),
    readPem(tls.privateKey),
    readPem(tls.certificateChain),
  ]);
  return { trustedCa, privateKey, certificateChain };
}

async function readPem(source: PemSource | undefined): Promise<Buffer | null> {
  if (source === undefined) return null;
  return source.kind === "file" ? readFile(source.path) : Buffer.from(source.pem);
}
