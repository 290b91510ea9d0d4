import { chmod } from "node:fs/promises";
import type { AddressInfo, Server } from "node:net";
import { MeshError } from "@dualmesh/core";
import { addressKey, type EndpointAddress } from "@dualmesh/dataplane";
import { clearStaleSocket, MAX_PATH_BYTES } from "./stale-socket.ts";

export interface BindOptions {
  /** Who listens, for the sentence of a failure: `listener "orders"`. */
  readonly subject: string;
  /** Rights of the file of a Unix socket. Default: what the process's mask leaves. */
  readonly mode?: number;
}

/**
 * Opens an address for a server that does not listen yet, and gives the address that others can reach: the port that
 * was free where 0 was asked for. A socket file that a killed process left is taken over, one that lives is not.
 *
 * @throws {MeshError} `UNAVAILABLE` when the address is taken, `PERMISSION_DENIED`, or `INVALID_ARGUMENT`; the sentence
 * names subject and address.
 */
export async function bindSocket(
  server: Server,
  address: EndpointAddress,
  options: BindOptions,
): Promise<EndpointAddress> {
  const { subject, mode } = options;
  if (address.kind === "pipe") {
    await clearStaleSocket(address.path, subject);
    await listen(server, { path: systemPath(address.path) }, address, subject);
    if (mode !== undefined && !isAbstract(address.path)) await chmod(address.path, mode);
    return address;
  }
  const { host, port } = address;
  // A backlog of its own: at a start all callers come at once, and 511 is what the system's default would cut to.
  await listen(server, { host, port, backlog: 4_096 }, address, subject);
  return { kind: "tcp", host, port: (server.address() as AddressInfo).port };
}

function listen(
  server: Server,
  options:
    | { readonly path: string }
    | { readonly host: string; readonly port: number; readonly backlog: number },
  address: EndpointAddress,
  subject: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      server.off("listening", opened);
      reject(bindError(error, address, subject));
    };
    const opened = (): void => {
      server.off("error", failed);
      resolve();
    };
    server.once("error", failed);
    server.once("listening", opened);
    server.listen(options);
  });
}

/** Envoy's spelling of Linux' abstract namespace, which leaves no file: `@name`. */
function isAbstract(path: string): boolean {
  return path.startsWith("@");
}

function systemPath(path: string): string {
  return isAbstract(path) ? `\0${path.slice(1)}` : path;
}

function bindError(error: NodeJS.ErrnoException, address: EndpointAddress, subject: string): MeshError {
  const where = addressKey(address);
  const fail = (code: "UNAVAILABLE" | "PERMISSION_DENIED" | "INVALID_ARGUMENT", reason: string): MeshError =>
    new MeshError(code, `${subject}: ${reason}`, { cause: error });
  switch (error.code) {
    case "EADDRINUSE":
      return fail("UNAVAILABLE", `${where} is in use by another process`);
    case "EACCES":
    case "EPERM":
      return fail(
        "PERMISSION_DENIED",
        address.kind === "tcp" && address.port < 1_024
          ? `this user may not open ${where}: ports below 1024 need a right of their own`
          : `this user may not open ${where}`,
      );
    case "EADDRNOTAVAIL":
      return fail("INVALID_ARGUMENT", `no interface of this machine has the address of ${where}`);
    case "ENOENT":
      return fail("INVALID_ARGUMENT", `the folder of ${where} does not exist`);
    case "EINVAL":
    case "ENAMETOOLONG":
      return fail(
        "INVALID_ARGUMENT",
        `${where} is no address: a socket's path has at most ${MAX_PATH_BYTES} bytes`,
      );
    default:
      return fail("UNAVAILABLE", `cannot open ${where}: ${error.message}`);
  }
}
