import {
  type CertificateAuthority,
  createCertificateAuthority,
  type IssuedCertificate,
} from "@dualmesh/testkit/certificates";
import { describe, expect, test } from "vitest";
import { describeWithEnvoy } from "./envoy-binary.ts";
import { staticBootstrap } from "./stage/bootstrap.ts";
import { freePort } from "./stage/free-port.ts";
import { type Got, httpGet } from "./stage/http-get.ts";
import { type Json, listener, routeConfiguration, staticCluster } from "./stage/resources.ts";
import { type SidecarProcess, startDualmeshSidecar, startEnvoy } from "./stage/sidecar-process.ts";
import { temporaryFolder } from "./stage/temporary-folder.ts";
import { type Seen, startUpstream } from "./stage/upstream.ts";

const TYPES = "type.googleapis.com/envoy.extensions";

const authority = createCertificateAuthority("mesh");
const front = authority.issue({ uri: ["spiffe://mesh/front"] });
const back = authority.issue({ dns: ["back.test"], uri: ["spiffe://mesh/back"] });

interface Terms {
  readonly own: IssuedCertificate;
  /** Whom it trusts. */
  readonly trusts?: CertificateAuthority;
  /** The name that the other side must have. */
  readonly wants: string;
}

function common({ own, trusts = authority, wants }: Terms): Json {
  return {
    tls_certificates: [
      {
        certificate_chain: { inline_string: own.certificate },
        private_key: { inline_string: own.privateKey },
      },
    ],
    validation_context: {
      trusted_ca: { inline_string: trusts.certificate },
      match_typed_subject_alt_names: [{ san_type: "URI", matcher: { exact: wants } }],
    },
  };
}

const socket = (type: "UpstreamTlsContext" | "DownstreamTlsContext", context: Json): Json => ({
  transport_socket: {
    name: "envoy.transport_sockets.tls",
    typed_config: { "@type": `${TYPES}.transport_sockets.tls.v3.${type}`, ...context },
  },
});

const HTTP2: Json = {
  typed_extension_protocol_options: {
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
      "@type": `${TYPES}.upstreams.http.v3.HttpProtocolOptions`,
      explicit_http_config: { http2_protocol_options: {} },
    },
  },
};

const routes = (cluster: string): Json => ({
  route_config: routeConfiguration("all", ["*"], [{ match: { prefix: "/" }, route: { cluster } }]),
});

/** Takes clients by TLS, those with the right certificate alone, and calls the application in clear text. */
function backListener(terms: Terms): Json {
  const plain = listener("back", "INBOUND", { ...routes("application"), use_remote_address: true });
  const [chain] = plain["filter_chains"] as readonly Json[];
  // Envoy agrees on nothing by ALPN unless it is told, and speaks HTTP/2 all the same; a cluster of ours wants it agreed.
  const common_tls_context = { ...common(terms), alpn_protocols: ["h2", "http/1.1"] };
  const context = { require_client_certificate: true, common_tls_context };
  return { ...plain, filter_chains: [{ ...chain, ...socket("DownstreamTlsContext", context) }] };
}

function frontCluster(port: number, terms: Terms, more: Json): Json {
  const context = { sni: "back.test", common_tls_context: common(terms) };
  return { ...staticCluster("back", port), ...socket("UpstreamTlsContext", context), ...more };
}

type Start = (options: { readonly bootstrap: string; readonly adminPort: number }) => Promise<SidecarProcess>;

/** Two sidecars in a row, of two kinds: what one says by TLS the other must understand. */
async function openStage(
  kinds: { readonly front: Start; readonly back: Start },
  terms: { readonly front: Terms; readonly back: Terms },
  cluster: Json,
) {
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(await temporaryFolder());
  const application = parts.use(await startUpstream("application"));
  const start = async (
    name: "front" | "back",
    resources: { readonly listeners: readonly Json[]; readonly clusters: readonly Json[] },
  ) => {
    const adminPort = await freePort();
    const bootstrap = await folder.write(
      `${name}.json`,
      staticBootstrap({ nodeId: name, adminPort, ...resources }),
    );
    const { admin } = parts.use(await kinds[name]({ bootstrap, adminPort }));
    return admin.portOf(name);
  };
  const backPort = await start("back", {
    listeners: [backListener(terms.back)],
    clusters: [staticCluster("application", application.port)],
  });
  const frontPort = await start("front", {
    listeners: [listener("front", "OUTBOUND", routes("back"))],
    clusters: [frontCluster(backPort, terms.front, cluster)],
  });
  const owned = parts.move();
  return {
    application,
    get: (): Promise<Got> => httpGet(frontPort),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const GOOD = {
  front: { own: front, wants: "spiffe://mesh/back" },
  back: { own: back, wants: "spiffe://mesh/front" },
};

describeWithEnvoy("TLS between a sidecar of ours and an Envoy", (binary) => {
  const envoy: Start = (options) => startEnvoy(binary, options);
  const ours: Start = (options) => startDualmeshSidecar(options, "--no-control-socket");

  describe.each([
    ["ours calls Envoy", { front: ours, back: envoy }],
    ["Envoy calls ours", { front: envoy, back: ours }],
  ])("%s", (_, kinds) => {
    test.each([
      ["HTTP/1.1", {}],
      ["HTTP/2", HTTP2],
    ])("by %s, and each proves its name to the other", async (_protocol, cluster) => {
      await using stage = await openStage(kinds, GOOD, cluster);
      const got = await stage.get();
      expect(got.status).toBe(200);
      const { headers } = JSON.parse(got.body) as Seen;
      expect(headers["x-forwarded-proto"]).toEqual(["https"]);
    });

    const stranger = createCertificateAuthority("stranger");
    const strange = stranger.issue({ uri: ["spiffe://mesh/front"] });
    test.each([
      [
        "the one that is called has another name",
        { ...GOOD, front: { own: front, wants: "spiffe://mesh/other" } },
      ],
      ["the caller has another name", { ...GOOD, back: { own: back, wants: "spiffe://mesh/other" } }],
      ["nobody vouches for the one that is called", { ...GOOD, front: { ...GOOD.front, trusts: stranger } }],
      ["nobody vouches for the caller", { ...GOOD, front: { ...GOOD.front, own: strange } }],
    ])("and nothing gets through where %s", async (_reason, terms) => {
      await using stage = await openStage(kinds, terms, HTTP2);
      const got = await stage.get();
      expect([got.status, got.body]).toEqual([
        503,
        "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure",
      ]);
      expect(stage.application.requests).toBe(0);
    });
  });
});
