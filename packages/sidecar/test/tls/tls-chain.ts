import type { IssuedCertificate } from "@dualmesh/testkit/certificates";

export interface TlsChainOptions {
  readonly own: IssuedCertificate;
  /** Fields of the common TLS context beside the certificate. */
  readonly common?: object;
  /** Fields of the downstream TLS context. */
  readonly context?: object;
  /** Fields of the filter chain. */
  readonly chain?: object;
  /** Fields of the connection manager. */
  readonly http?: object;
  /** What it answers. */
  readonly says?: string;
}

const TYPES = "type.googleapis.com/envoy.extensions";

/** A filter chain in Envoy's JSON that answers by itself, with the scheme that it saw. */
export function plainChain({ chain, http, says = "hello" }: Omit<TlsChainOptions, "own">): object {
  const answer = (scheme: string, headers: readonly object[]): object => ({
    match: { prefix: "/", headers },
    direct_response: { status: 200, body: { inline_string: `${says} by ${scheme}` } },
  });
  const routes = [
    { match: { prefix: "/app" }, route: { cluster: "app" } },
    answer("https", [{ name: "x-forwarded-proto", string_match: { exact: "https" } }]),
    answer("http", []),
  ];
  return {
    filters: [
      {
        name: "http",
        typed_config: {
          "@type": `${TYPES}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
          stat_prefix: says,
          use_remote_address: true,
          route_config: { virtual_hosts: [{ name: "all", domains: ["*"], routes }] },
          http_filters: [
            { name: "router", typed_config: { "@type": `${TYPES}.filters.http.router.v3.Router` } },
          ],
          ...http,
        },
      },
    ],
    ...chain,
  };
}

/** The same by TLS. */
export function tlsChain({ own, common = {}, context = {}, chain = {}, ...rest }: TlsChainOptions): object {
  return plainChain({
    ...rest,
    chain: {
      ...chain,
      transport_socket: {
        name: "tls",
        typed_config: {
          "@type": `${TYPES}.transport_sockets.tls.v3.DownstreamTlsContext`,
          common_tls_context: {
            tls_certificates: [
              {
                certificate_chain: { inline_string: own.certificate },
                private_key: { inline_string: own.privateKey },
              },
            ],
            ...common,
          },
          ...context,
        },
      },
    },
  });
}
