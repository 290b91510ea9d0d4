import { promises as dns, type LookupAddress } from "node:dns";
import { isIP } from "node:net";
import type { Clock } from "@dualmesh/core";
import type { EndpointPlan } from "../compile/endpoints.ts";
import { addressKey } from "../transport/endpoint-address.ts";

/** Resolves a host name to addresses, or rejects. */
export type Lookup = (name: string, family: 0 | 4 | 6) => Promise<readonly string[]>;

/** The machine's resolver, with its hosts file. */
export const systemLookup: Lookup = async (name, family) => {
  const found: LookupAddress[] = await dns.lookup(name, { all: true, family, order: "ipv4first" });
  return found.map((one) => one.address);
};

export interface DnsDiscoveryOptions {
  readonly endpoints: readonly EndpointPlan[];
  /** Every address of a name becomes an endpoint (STRICT_DNS); else its first does (LOGICAL_DNS). */
  readonly all: boolean;
  readonly family: 0 | 4 | 6;
  /** Between two rounds. Milliseconds. */
  readonly refreshMs: number;
  readonly clock: Clock;
  readonly lookup: Lookup;
  readonly onEndpoints: (endpoints: readonly EndpointPlan[]) => void;
  /** A name that does not resolve; what it last resolved to stays. */
  readonly onFailure?: (name: string, error: Error) => void;
}

export interface DnsDiscovery extends Disposable {
  /** Settles when each name was asked for once, whatever came of it. */
  readonly firstRound: Promise<void>;
}

/** Resolves the names among a cluster's endpoints, again and again, until disposed. Reports only what changed. */
export function resolveEndpoints(options: DnsDiscoveryOptions): DnsDiscovery {
  const { endpoints, clock, lookup, refreshMs, onEndpoints, onFailure } = options;
  const lastGood = new Map<string, readonly string[]>();
  let reported: string | undefined;
  let timer: Disposable | undefined;
  let stopped = false;

  async function resolveName(name: string): Promise<void> {
    try {
      const addresses = await lookup(name, options.family);
      if (addresses.length > 0) lastGood.set(name, options.all ? addresses : addresses.slice(0, 1));
    } catch (error) {
      onFailure?.(name, error as Error);
    }
  }

  async function round(): Promise<void> {
    const names = new Set<string>();
    for (const { address } of endpoints) {
      if (address.kind === "tcp" && isIP(address.host) === 0) names.add(address.host);
    }
    await Promise.all([...names].map(resolveName));
    if (stopped) return;
    const resolved = endpoints.flatMap((endpoint) => expand(endpoint, lastGood));
    const keys = resolved.map((endpoint) => endpoint.key).join(" ");
    if (keys !== reported) {
      reported = keys;
      onEndpoints(resolved);
    }
    timer = clock.setTimer(() => void round(), refreshMs);
  }

  return {
    firstRound: round(),
    [Symbol.dispose]() {
      stopped = true;
      timer?.[Symbol.dispose]();
    },
  };
}

function expand(
  endpoint: EndpointPlan,
  known: ReadonlyMap<string, readonly string[]>,
): readonly EndpointPlan[] {
  const { address } = endpoint;
  if (address.kind === "pipe" || isIP(address.host) !== 0) return [endpoint];
  return (known.get(address.host) ?? []).map((host) => {
    const resolved = { ...address, host };
    const hostname = endpoint.hostname === "" ? address.host : endpoint.hostname;
    return { ...endpoint, address: resolved, hostname, key: addressKey(resolved) };
  });
}
