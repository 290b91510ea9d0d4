import type { EndpointAddress } from "@dualmesh/dataplane";
import { parseHostPort } from "./host-port.ts";

/** `127.0.0.1:18001` or `http://127.0.0.1:18001`. For options of commander. */
export function parseAdminAddress(text: string): EndpointAddress {
  return { kind: "tcp", ...parseHostPort(text.replace(/^http:\/\//, "").replace(/\/$/, "")) };
}
