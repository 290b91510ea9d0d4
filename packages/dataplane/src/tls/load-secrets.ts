import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import {
  createSecureContext,
  getCACertificates,
  type SecureContext,
  type SecureContextOptions,
} from "node:tls";
import { type Clock, MeshError } from "@dualmesh/core";
import type { DataSource } from "../compile/tls/data-source.ts";
import type { TlsContextPlan } from "../compile/tls/tls-context.ts";

/** A file on a disk that does not answer must not hold calls for ever. Milliseconds. */
const MAX_READ_MS = 15_000;

/** The certificates and keys of one TLS context. What is not in files is there at once. */
export interface TlsSecrets {
  /** `undefined` while files are read, and when that has failed. */
  readonly context: SecureContext | undefined;
  /** Options for a server of TLS, under the same conditions. */
  readonly options: SecureContextOptions | undefined;
  /** Settles when they are there; `undefined` if they were from the beginning. Rejects with what is wrong with any of them. */
  readonly loading: Promise<void> | undefined;
}

/**
 * Loads what a TLS context needs. Files are read once, here: a file that changes later counts with the next change of its
 * resource, as with Envoy where no directory is watched.
 */
export function loadSecrets(plan: TlsContextPlan, clock: Clock): TlsSecrets {
  return new LoadedSecrets(plan, clock);
}

class LoadedSecrets implements TlsSecrets {
  context: SecureContext | undefined;
  options: SecureContextOptions | undefined;
  readonly loading: Promise<void> | undefined;

  constructor(plan: TlsContextPlan, clock: Clock) {
    const sources = sourcesOf(plan);
    const files = sources.flatMap((source) => (source.kind === "file" ? [source.path] : []));
    if (files.length > 0) this.loading = readAll(files, clock).then((read) => this.#make(plan, read));
    else {
      try {
        this.#make(plan, new Map());
      } catch (error) {
        // OpenSSL may turn down what can be read: keys that are too short, a chain that goes on with something else.
        this.loading = Promise.reject(error as Error);
      }
    }
    // Whoever waits is told; a cluster that nobody calls has nobody to tell.
    this.loading?.catch(() => {});
  }

  #make(plan: TlsContextPlan, read: ReadonlyMap<string, Buffer>): void {
    const bytesOf = (source: DataSource): Buffer =>
      source.kind === "file" ? (read.get(source.path) as Buffer) : source.bytes;
    try {
      this.options = optionsOf(plan, bytesOf);
      this.context = createSecureContext(this.options);
    } catch (error) {
      const message = `TLS: its certificates and keys cannot be used: ${(error as Error).message}`;
      throw new MeshError("FAILED_PRECONDITION", message, { cause: error });
    }
  }
}

function optionsOf(plan: TlsContextPlan, bytesOf: (source: DataSource) => Buffer): SecureContextOptions {
  const { certificate, validation } = plan;
  const trusted = validation?.trustedCa;
  const authorities = trusted === undefined || trusted === "system" ? undefined : bytesOf(trusted);
  // Node passes over what it cannot read among authorities.
  if (authorities !== undefined) new X509Certificate(authorities);
  return {
    ...plan.parameters,
    // Nobody but whom the plan trusts: Node would take its own list else.
    ca: authorities ?? (trusted === "system" ? getCACertificates("system") : []),
    allowPartialTrustChain: true,
    ...(certificate === undefined ? {} : { cert: bytesOf(certificate.chain), key: bytesOf(certificate.key) }),
    ...(certificate?.password === undefined
      ? {}
      : { passphrase: String(bytesOf(certificate.password)).trimEnd() }),
  };
}

function sourcesOf({ certificate, validation }: TlsContextPlan): readonly DataSource[] {
  const trusted = validation?.trustedCa;
  return [
    certificate?.chain,
    certificate?.key,
    certificate?.password,
    trusted === "system" ? undefined : trusted,
  ].filter((source) => source !== undefined);
}

async function readAll(paths: readonly string[], clock: Clock): Promise<ReadonlyMap<string, Buffer>> {
  const late = Promise.withResolvers<never>();
  using _timer = clock.setTimer(() => {
    late.reject(new MeshError("UNAVAILABLE", `TLS: ${paths.join(", ")}: not read within ${MAX_READ_MS} ms`));
  }, MAX_READ_MS);
  const reads = Promise.all(paths.map(async (path) => [path, await read(path)] as const));
  return new Map(await Promise.race([reads, late.promise]));
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" || code === "ENOTDIR" ? "there is no such file" : (error as Error).message;
    throw new MeshError("FAILED_PRECONDITION", `TLS: ${path}: ${why}`, { cause: error });
  }
}
