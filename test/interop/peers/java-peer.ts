import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";
import { type Dialogue, startDialogue } from "../stage/dialogue.ts";
import { freePort } from "../stage/free-port.ts";

/** SOFARPC on Bolt; Dubbo 3.3; the same on Dubbo 2.7. */
export type JavaServerName = "bolt-server" | "dubbo-server" | "dubbo27-server";
export type JavaClientName = "bolt-client" | "dubbo-client" | "dubbo27-client";

/** A Java server with `com.example.Greeter` and `com.example.Mirror`, on all addresses. */
export interface JavaServer extends AsyncDisposable {
  readonly port: number;
  /** It finishes what it has, as its library does on SIGTERM. Disposal kills it. */
  end(): Promise<void>;
}

/** What a client is to do: see the table in the README of the peers. */
export type JavaWork =
  | "greeter"
  | "mirror"
  | "one-way"
  | `big=${number}`
  | `again=${number}`
  | `idle=${number}`;

export interface JavaClientOptions {
  /** One after the other, in one process. Default: `greeter`. */
  readonly works?: readonly JavaWork[];
  /** Of `bolt-client` only: calls through Bolt's own client, of this version of the protocol. Default: SOFARPC's client. */
  readonly bolt?: "v1" | "v2" | "v2+crc";
  /** For all of it, the start included. Default 30 s. */
  readonly timeoutMs?: number;
  /** Hears of each call when it is done. */
  readonly onCall?: (call: JavaCall) => void;
}

/** One call: what it gave, or its exception's class and the first line of its message. */
export interface JavaCall {
  readonly call: string;
  readonly ok?: unknown;
  readonly error?: string;
  readonly message?: string;
  readonly ms: number;
}

const START_TIMEOUT_MS = 30_000;
const DEFAULT_TIMEOUT_MS = 30_000;

/** They live for seconds: what the better compiler and the parallel collectors need to begin is not earned back. */
const JVM = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"];

const sources = fileURLToPath(new URL("java", import.meta.url));
const cache = fileURLToPath(new URL("../../../.cache/peers/java/", import.meta.url));

/** What runs each of them: `java -jar` of it. */
export const JAVA_PEERS: string = `${cache}${hashOfSources()}/peers.jar`;

/**
 * Why the Java peers cannot be used; `undefined` if they can.
 *
 * @throws {Error} under `CI=true` when they are not there: a lane that promises a peer must not pass without it.
 */
export function lackOfJavaPeers(
  env: Readonly<Record<string, string | undefined>> = process.env,
  jar: string = JAVA_PEERS,
): string | undefined {
  if (existsSync(jar)) return undefined;
  const reason = "no Java peers on this machine; test/interop/peers/get-peers.sh java makes them";
  if (env["CI"] === "true") throw new Error(`${reason}, and under CI=true they must be there`);
  return reason;
}

/** `describe` for tests that need the Java peers: skipped where they are not there, with the reason in the title. */
export function describeWithJavaPeers(title: string, tests: () => void): void {
  const lack = lackOfJavaPeers();
  if (lack === undefined) describe(title, tests);
  else describe.skip(`${title} (skipped: ${lack})`, tests);
}

/**
 * Starts a server and waits until it listens.
 *
 * @param port - Default: a free one. The same twice for a server that returns.
 * @throws {Error} with its last words, if it ends, or does not listen within 30 s.
 */
export async function startJavaServer(name: JavaServerName, port?: number): Promise<JavaServer> {
  const listening = port ?? (await freePort());
  const server = start(name, [String(listening)]);
  try {
    await within(START_TIMEOUT_MS, `${name} to listen`, server.hear());
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return {
    port: listening,
    end: () => server.end(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/**
 * Runs a client to its end and gives what became of its calls. A call that fails is no failure of the client.
 *
 * @param address - `host:port`. Dubbo replaces 127.0.0.1 by an address of the machine: the server must listen on all.
 * @throws {Error} with its last words, if it ends before its work does, or takes too long.
 */
export async function runJavaClient(
  name: JavaClientName,
  address: string,
  options: JavaClientOptions = {},
): Promise<readonly JavaCall[]> {
  const { works = [], bolt, timeoutMs = DEFAULT_TIMEOUT_MS, onCall } = options;
  await using client = start(name, [address, ...(bolt === undefined ? [] : [`--bolt=${bolt}`]), ...works]);
  const calls: JavaCall[] = [];
  const finish = async (): Promise<readonly JavaCall[]> => {
    for (;;) {
      const line = JSON.parse(await client.hear()) as JavaCall | { readonly done: number };
      if ("done" in line) return calls;
      calls.push(line);
      onCall?.(line);
    }
  };
  return await within(timeoutMs, `${name} to finish`, finish());
}

function start(name: JavaServerName | JavaClientName, args: readonly string[]): Dialogue {
  return startDialogue(name, "java", [...JVM, "-jar", JAVA_PEERS, name, ...args]);
}

/** Rejects when it takes longer. The promise itself goes on, and may fail unheard: its process is killed then. */
async function within<T>(timeoutMs: number, what: string, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`waited ${timeoutMs} ms for ${what}`)), timeoutMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** As `get-peers.sh` does it: all files but those of a build in place, in the order of the bytes of their paths. */
function hashOfSources(): string {
  const files = readdirSync(sources, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(sources, `${entry.parentPath}/${entry.name}`))
    .filter((file) => !file.split(sep).includes("target"));
  const hash = createHash("sha256");
  for (const file of files.sort()) hash.update(readFileSync(`${sources}/${file}`));
  return hash.digest("hex").slice(0, 16);
}
