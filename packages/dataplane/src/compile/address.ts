import { isIP } from "node:net";
import type { MessageTypes } from "@dualmesh/envoy-api";
import type { EndpointAddress } from "../transport/endpoint-address.ts";
import type { CompileReport } from "./report.ts";

/** An address of a listener or endpoint. `names`: a host name may stand where an IP address does. */
export function compileAddress(
  address: MessageTypes["envoy.config.core.v3.Address"] | undefined,
  path: string,
  report: CompileReport,
  options: { readonly names: boolean },
): EndpointAddress | undefined {
  const socket = address?.socket_address;
  if (address?.pipe !== undefined) {
    if (address.pipe.path === "") report.refuse(`${path}.pipe.path`, "it is empty");
    return { kind: "pipe", path: address.pipe.path };
  }
  if (socket === undefined) {
    report.refuse(path, "expected a socket_address or a pipe");
    return undefined;
  }
  const port = socket.port_value;
  if (port === undefined) {
    report.refuse(
      `${path}.socket_address.port_value`,
      "expected a port number; named ports are not supported",
    );
    return undefined;
  }
  if (port > 65_535) {
    report.refuse(`${path}.socket_address.port_value`, `expected 0 to 65535, got ${port}`);
    return undefined;
  }
  if (socket.protocol === "UDP") report.refuse(`${path}.socket_address.protocol`, "UDP is not supported");
  const host = socket.address;
  if (host === "" || (!options.names && isIP(host) === 0)) {
    report.refuse(`${path}.socket_address.address`, `expected an IP address, got "${host}"`);
    return undefined;
  }
  return { kind: "tcp", host, port };
}
