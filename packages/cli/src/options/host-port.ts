import { InvalidArgumentError } from "commander";

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:18000`, `[::1]:18000`; port 0 takes a free one. For options of commander. */
export function parseHostPort(text: string): HostPort {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const host = found?.[1] ?? found?.[2];
  const port = Number(found?.[3]);
  if (host === undefined || !(port <= 65_535)) {
    throw new InvalidArgumentError("Expected host:port with a port from 0 to 65535.");
  }
  return { host, port };
}
