import { networkInterfaces } from "node:os";

let known: string | undefined;

/** The first address of IPv4 of this machine that others may reach, as Envoy has it; else that of its loopback. */
export function localAddress(): string {
  known ??=
    Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
  return known;
}
