import { type MessageTypes, unpackAny } from "@dualmesh/envoy-api";
import type { CompileReport } from "../report.ts";

/** The two messages that stand for TLS, by who takes part. */
interface TlsContexts {
  readonly upstream: "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
  readonly downstream: "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";
}

const CONTEXTS: TlsContexts = {
  upstream: "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
  downstream: "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
};

/** The socket that encrypts nothing, which is also that of who names none. */
const RAW_BUFFER = "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";

/** Opens a TransportSocket: the TLS context of that side, or `undefined` for clear text. Any other socket is refused. */
export function openTransportSocket<S extends keyof TlsContexts>(
  message: MessageTypes["envoy.config.core.v3.TransportSocket"],
  side: S,
  where: { readonly path: string; readonly report: CompileReport },
): { readonly context: MessageTypes[TlsContexts[S]]; readonly path: string } | undefined {
  const { report } = where;
  const path = `${where.path}.typed_config`;
  const { typed_config: any } = message;
  if (any === undefined) {
    report.refuse(path, "it is missing");
    return undefined;
  }
  const unpacked = report.attempt(path, () => unpackAny(any));
  if (unpacked === undefined || unpacked.type === RAW_BUFFER) return undefined;
  if (unpacked.type !== CONTEXTS[side]) {
    report.refuse(path, `expected ${CONTEXTS[side]}, got ${unpacked.type}`);
    return undefined;
  }
  return { context: unpacked.message as MessageTypes[TlsContexts[S]], path };
}
