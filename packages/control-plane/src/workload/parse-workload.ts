import { isIP } from "node:net";
import { MeshError } from "@dualmesh/core";
import { encode, type JsonObject, ProtoError } from "@dualmesh/envoy-api";
import { toLbEndpoint } from "../endpoint/workload-endpoint.ts";
import { fieldError, isJsonObject, member, readInteger, readObject, readString } from "./read-field.ts";
import type { WorkloadAddress, WorkloadLocality } from "./workload.ts";

/** The lease of a workload that states none. Milliseconds. */
export const DEFAULT_LEASE_MS = 10_000;

/** A workload has two addresses, its sidecar's and its own; the rest is room for several ports and both IP families. */
const MAX_ADDRESSES = 16;
/** Small enough that no sum of weights leaves 32 bits, which clients refuse. */
const MAX_WEIGHT = 65_535;

/** What the body of `PUT /workloads/<cluster>/<node-id>` says. */
export interface WorkloadBody {
  readonly addresses: readonly WorkloadAddress[];
  readonly leaseMs: number;
}

/**
 * Reads the body of a registration and fills in the defaults.
 *
 * Throws a `MeshError` (`INVALID_ARGUMENT`) that names the first field that is wrong, what was expected and what came.
 */
export function parseWorkload(body: unknown): WorkloadBody {
  const object = readObject(body, "body", ["addresses", "leaseMs"]);
  const list = member(object, "addresses");
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_ADDRESSES) {
    throw fieldError("addresses", `a list of 1 to ${MAX_ADDRESSES} addresses`, list);
  }
  const addresses = list.map((item, index) => parseAddress(item, `addresses[${index}]`));
  refuseTwice(addresses);
  refuseUnsendable(addresses);
  const leaseMs = readInteger(member(object, "leaseMs"), "leaseMs", {
    min: 1_000,
    max: 600_000,
    fallback: DEFAULT_LEASE_MS,
  });
  return { addresses, leaseMs };
}

function parseAddress(value: unknown, path: string): WorkloadAddress {
  const known = ["address", "port", "priority", "weight", "hostname", "locality", "metadata"];
  const object = readObject(value, path, known);
  const address = member(object, "address");
  // Clients refuse a whole assignment with one host name in it, so it must not get that far (gRFC A27).
  if (typeof address !== "string" || isIP(address) === 0) {
    throw fieldError(`${path}.address`, "an IPv4 or IPv6 address", address);
  }
  if (address === "0.0.0.0" || address === "::") {
    throw fieldError(`${path}.address`, "an address that others can connect to", address);
  }
  return {
    address,
    port: readInteger(member(object, "port"), `${path}.port`, { min: 1, max: 65_535 }),
    // Envoy's own bound for a priority.
    priority: readInteger(member(object, "priority"), `${path}.priority`, { min: 0, max: 128, fallback: 0 }),
    weight: readInteger(member(object, "weight"), `${path}.weight`, { min: 1, max: MAX_WEIGHT, fallback: 1 }),
    hostname: readString(member(object, "hostname"), `${path}.hostname`),
    locality: parseLocality(member(object, "locality"), `${path}.locality`),
    metadata: parseMetadata(member(object, "metadata"), `${path}.metadata`),
  };
}

function parseLocality(value: unknown, path: string): WorkloadLocality {
  const object: JsonObject =
    value === undefined ? {} : readObject(value, path, ["region", "zone", "sub_zone"]);
  return {
    region: readString(member(object, "region"), `${path}.region`),
    zone: readString(member(object, "zone"), `${path}.zone`),
    subZone: readString(member(object, "sub_zone"), `${path}.sub_zone`),
  };
}

function parseMetadata(value: unknown, path: string): Readonly<Record<string, JsonObject>> {
  if (value === undefined) return {};
  if (!isJsonObject(value))
    throw fieldError(path, 'an object by filter name, such as {"envoy.lb": {…}}', value);
  const entries = Object.entries(value).map(([name, content]) => {
    if (!isJsonObject(content)) throw fieldError(`${path}[${JSON.stringify(name)}]`, "an object", content);
    return [name, content] as const;
  });
  // `fromEntries` defines; a key `__proto__` of the wire stays an ordinary key.
  return Object.fromEntries(entries);
}

function refuseTwice(addresses: readonly WorkloadAddress[]): void {
  const seen = new Set<string>();
  for (const [index, { address, port }] of addresses.entries()) {
    const key = `${address} ${port}`;
    if (seen.has(key))
      throw fieldError(`addresses[${index}]`, "each address and port once", `${address}:${port}`);
    seen.add(key);
  }
}

/**
 * JSON can say what protobuf cannot: half of a surrogate pair, objects nested without end. Found only when all endpoints
 * are put together, it would be one workload that keeps the others from being served.
 */
function refuseUnsendable(addresses: readonly WorkloadAddress[]): void {
  for (const [index, address] of addresses.entries()) {
    const { region, zone, subZone: sub_zone } = address.locality;
    try {
      encode("envoy.config.endpoint.v3.LocalityLbEndpoints", {
        locality: { region, zone, sub_zone },
        lb_endpoints: [toLbEndpoint(address)],
      });
    } catch (error) {
      if (!(error instanceof ProtoError)) throw error;
      const message = `addresses[${index}]: expected what protobuf can carry: ${error.message}`;
      throw new MeshError("INVALID_ARGUMENT", message, { cause: error });
    }
  }
}
