import { portStart } from "@dualmesh/routing";

/** Which ends of an authority do not count. */
export interface HostRules {
  /** `matching`: only that of the listener. */
  readonly stripPort: "never" | "matching" | "any";
  /** One dot behind the name, also where a port follows. */
  readonly stripTrailingDot: boolean;
}

/**
 * The authority that is matched, seen by filters and sent on. A dot goes first, so that what it stood in front of can be a
 * port.
 *
 * @param localPort that of the connection; 0 where there is none.
 * @see HttpConnectionManager.strip_matching_host_port, strip_any_host_port, strip_trailing_host_dot
 */
export function normalizeHost(authority: string, rules: HostRules, localPort: number): string {
  const name = rules.stripTrailingDot ? withoutTrailingDot(authority) : authority;
  if (rules.stripPort === "never") return name;
  const start = portStart(name);
  const port = readPort(name.slice(start + 1));
  const isMeant = port !== undefined && (rules.stripPort === "any" || port === localPort);
  return isMeant ? name.slice(0, start) : name;
}

function withoutTrailingDot(authority: string): string {
  const dot = authority.lastIndexOf(".");
  if (dot < 0 || (dot < authority.length - 1 && authority[dot + 1] !== ":")) return authority;
  return authority.slice(0, dot) + authority.slice(dot + 1);
}

/** What Envoy reads as a port: a number of 32 bits, whatever its zeros, behind a plus or nothing. */
function readPort(text: string): number | undefined {
  if (!/^\+?\d+$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 0xffff_ffff ? port : undefined;
}
