import type { MessageTypes } from "@dualmesh/envoy-api";
import { type CidrSet, compileCidrSet } from "@dualmesh/matching";
import type { CompileReport } from "./report.ts";

type Message =
  MessageTypes["envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.InternalAddressConfig"];

/** Who counts as one of the mesh's own. */
export interface InternalAddresses {
  readonly ranges: CidrSet;
  /** Peers without an address: Unix sockets. */
  readonly unixSockets: boolean;
}

/** Compiles an InternalAddressConfig; `undefined` where it names nobody: then nobody is internal, as with Envoy 1.40. */
export function compileInternalAddresses(
  message: Message | undefined,
  path: string,
  report: CompileReport,
): InternalAddresses | undefined {
  if (message === undefined) return undefined;
  report.checkFields(path, message, { uses: ["cidr_ranges", "unix_sockets"] });
  const texts = message.cidr_ranges.map(
    ({ address_prefix: prefix, prefix_len: length }) => `${prefix}/${length ?? 0}`,
  );
  const ranges = report.attempt(`${path}.cidr_ranges`, () => compileCidrSet(texts));
  if (ranges === undefined || (texts.length === 0 && !message.unix_sockets)) return undefined;
  return { ranges, unixSockets: message.unix_sockets };
}
