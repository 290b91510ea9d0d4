import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { recordingMetrics } from "@dualmesh/testkit";
import { createCertificateAuthority, createSelfSignedCertificate } from "@dualmesh/testkit/certificates";
import { describe, expect, test } from "vitest";
import { ask } from "../ask.ts";
import { ordersHost, outboundListener, startUpstream, staticCluster, staticPlane } from "../static-plane.ts";
import { rawPeer } from "../transport/raw-peer.ts";
import { certificateJson, named, trust, upstreamSocket } from "./tls-json.ts";
import { outcome, planeTo, reset } from "./tls-outcome.ts";
import { startTlsUpstream } from "./tls-upstream.ts";

const authority = createCertificateAuthority();
const orders = authority.issue({ dns: ["orders.test"], uri: ["spiffe://mesh/orders"], ip: ["127.0.0.1"] });
const server = { cert: orders.certificate, key: orders.privateKey };
const HTTP2 = { http2_protocol_options: {} };

describe.each(["http1", "h2"] as const)("a cluster with TLS, over %s", (protocol) => {
  const cluster = protocol === "h2" ? HTTP2 : {};
  const start = (options: object = server) => startTlsUpstream(options, protocol);

  test("calls its endpoint encrypted, asks for the server's name, and says by ALPN what it speaks", async () => {
    await using upstream = await start();
    const context = { sni: "orders.test", common_tls_context: trust(authority, named("orders.test")) };
    expect(await outcome(upstream.port, context, cluster)).toMatchObject({ status: 200, text: "GET / " });
    const alpn = protocol === "h2" ? "h2" : "http/1.1";
    expect(upstream.clients).toEqual([{ serverName: "orders.test", alpn }]);
  });

  test("keeps its connections", async () => {
    await using upstream = await start();
    await using plane = await planeTo(upstream.port, { common_tls_context: trust(authority) }, cluster);
    for (let i = 0; i < 3; i++) {
      expect((await ask(plane)).status).toBe(200);
      // A connection is free again at the end of the turn in which its answer ended.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([upstream.requests, upstream.clients.length]).toEqual([3, 1]);
  });

  test("without a validation context takes whoever answers, as Envoy does", async () => {
    const stranger = createCertificateAuthority("stranger").issue({ dns: ["stranger.test"] });
    await using upstream = await start({ cert: stranger.certificate, key: stranger.privateKey });
    expect(await outcome(upstream.port, {}, cluster)).toMatchObject({ status: 200 });
  });

  test("shows its own certificate to whom asks for one", async () => {
    const web = authority.issue({ uri: ["spiffe://mesh/web"] });
    const asking = { ...server, ca: authority.certificate, requestCert: true, rejectUnauthorized: true };
    await using upstream = await start(asking);
    const common_tls_context = { ...trust(authority), ...certificateJson(web) };
    expect((await outcome(upstream.port, { common_tls_context }, cluster)).text).toBe(
      "GET / URI:spiffe://mesh/web",
    );
  });

  const stranger = createCertificateAuthority("stranger");
  const HOUR_MS = 3_600_000;
  const past = { notBefore: new Date(Date.now() - 2 * HOUR_MS), notAfter: new Date(Date.now() - HOUR_MS) };
  const future = { notBefore: new Date(Date.now() + HOUR_MS), notAfter: new Date(Date.now() + 2 * HOUR_MS) };

  test.each([
    [
      "of an unknown authority",
      stranger.issue({ dns: ["orders.test"] }),
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    ],
    ["that has expired", authority.issue({ dns: ["orders.test"], ...past }), "CERT_HAS_EXPIRED"],
    ["that is not valid yet", authority.issue({ dns: ["orders.test"], ...future }), "CERT_NOT_YET_VALID"],
    [
      "for another name",
      authority.issue({ dns: ["other.test"] }),
      'the certificate is for DNS "other.test", and not for DNS exact "orders.test"',
    ],
    [
      "whose common name alone is the name",
      authority.issue({ commonName: "orders.test" }),
      'the certificate has no names, and not for DNS exact "orders.test"',
    ],
    [
      "with a name that pretends to be two",
      authority.issue({ dns: ["x, DNS:orders.test"] }),
      'the certificate is for DNS "x, DNS:orders.test", and not for DNS exact "orders.test"',
    ],
  ])("turns an endpoint away with a certificate %s, and sends it nothing", async (_, bad, why) => {
    await using upstream = await start({ cert: bad.certificate, key: bad.privateKey });
    const context = { common_tls_context: trust(authority, named("orders.test")) };
    expect(await outcome(upstream.port, context, cluster)).toEqual({
      status: 503,
      text: "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure",
      flag: "UF",
      details: reset(`CERTIFICATE_VERIFY_FAILED: ${why}`),
    });
    expect(upstream.requests).toBe(0);
  });

  test("whose peer speaks no TLS fails as a connection failure that says so", async () => {
    await using upstream = await startUpstream((_, response) => response.end("in clear text"));
    const { status, flag, details } = await outcome(upstream.port, {}, cluster);
    expect([status, flag, details]).toEqual([503, "UF", reset("WRONG_VERSION_NUMBER")]);
  });

  test("that wants newer versions than its endpoint fails by the alert of the endpoint", async () => {
    await using upstream = await start({ ...server, maxVersion: "TLSv1.2" });
    const common_tls_context = { tls_params: { tls_minimum_protocol_version: "TLSv1_3" } };
    const { flag, details } = await outcome(upstream.port, { common_tls_context }, cluster);
    expect([flag, details]).toEqual(["UF", reset("TLSV1_ALERT_PROTOCOL_VERSION")]);
  });
});

test("a self-signed certificate is taken by whom it was given to trust, and by nobody else", async () => {
  const own = createSelfSignedCertificate({ dns: ["orders.test"] });
  await using upstream = await startTlsUpstream({ cert: own.certificate, key: own.privateKey });
  const trusting = { common_tls_context: trust(own, named("orders.test")) };
  expect(await outcome(upstream.port, trusting)).toMatchObject({ status: 200 });
  const { details } = await outcome(upstream.port, { common_tls_context: trust(authority) });
  expect(details).toBe(reset("CERTIFICATE_VERIFY_FAILED: DEPTH_ZERO_SELF_SIGNED_CERT"));
});

test("an endpoint that does not agree on HTTP/2 is no endpoint of a cluster that speaks it", async () => {
  // Many servers send an alert; others say nothing, or choose something else.
  await using alerting = await startTlsUpstream(server);
  const { flag, details } = await outcome(alerting.port, {}, HTTP2);
  expect([flag, details]).toEqual(["UF", reset("TLSV1_ALERT_NO_APPLICATION_PROTOCOL")]);

  const why = (what: string): string =>
    reset(`NO_APPLICATION_PROTOCOL: the peer agrees on ${what} by ALPN, and the cluster speaks HTTP/2 (h2)`);
  const silent = createServer(server, (socket) => socket.on("error", () => {}));
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  expect((await outcome(port, {}, HTTP2)).details).toBe(why("no protocol"));
  silent.close();

  await using other = await startTlsUpstream({ ...server, ALPNProtocols: ["http/1.1", "h2"] });
  const common_tls_context = { alpn_protocols: ["h2", "http/1.1"] };
  expect((await outcome(other.port, { common_tls_context }, HTTP2)).details).toBe(why("http/1.1"));
  expect(alerting.requests + other.requests).toBe(0);
});

test("an endpoint that agrees on HTTP/2 alone is none of a cluster that speaks HTTP/1.1", async () => {
  await using upstream = await startTlsUpstream(server, "h2");
  const common_tls_context = { alpn_protocols: ["h2", "http/1.1"] };
  const why = "NO_APPLICATION_PROTOCOL: the peer wants HTTP/2, and the cluster speaks HTTP/1.1";
  expect((await outcome(upstream.port, { common_tls_context })).details).toBe(reset(why));
});

test("an endpoint that begins no handshake is given up after connect_timeout", async () => {
  await using peer = await rawPeer(() => {});
  const { flag, details } = await outcome(peer.port, {}, { connect_timeout: "0.05s" });
  expect([flag, details]).toEqual([
    "UF",
    "upstream_reset_before_response_started{remote_connection_failure|no_connection_within_50_ms}",
  ]);
});

test("an endpoint that hangs up within the handshake is a connection failure that says so", async () => {
  await using peer = await rawPeer((socket) => socket.once("data", () => socket.end()));
  const { flag, details } = await outcome(peer.port, {});
  expect([flag, details]).toEqual(["UF", reset("the peer closed the connection within the handshake")]);
});

test.each([
  ["HTTP/1.1", "http1", {}],
  ["HTTP/2", "h2", HTTP2],
] as const)("bodies of any size pass by TLS in both directions, over %s", async (_, protocol, cluster) => {
  const body = randomBytes(3_000_000).toString("base64");
  await using upstream = await startTlsUpstream(server, protocol, "echo");
  await using plane = await planeTo(upstream.port, { common_tls_context: trust(authority) }, cluster);
  const { status, text } = await ask(plane, { method: "POST", body });
  expect(status).toBe(200);
  expect(text === body).toBe(true);
});

test("handshakes are counted under Envoy's names", async () => {
  const metrics = recordingMetrics();
  await using upstream = await startTlsUpstream(server);
  await using plain = await startUpstream((_, response) => response.end());
  const cluster = (name: string, port: number, context: object): object => ({
    ...staticCluster(name, [port]),
    ...upstreamSocket({ common_tls_context: context }),
  });
  await using plane = await staticPlane(
    {
      listeners: [
        outboundListener([
          ordersHost(
            ["good", "name", "plain"].map((name) => ({
              match: { prefix: `/${name}` },
              route: { cluster: name },
            })),
          ),
        ]),
      ],
      clusters: [
        cluster("good", upstream.port, trust(authority)),
        cluster("name", upstream.port, trust(authority, named("other.test"))),
        cluster("plain", plain.port, {}),
      ],
    },
    { metrics },
  );
  for (const path of ["/good", "/name", "/plain"]) await ask(plane, { path });
  expect([
    metrics.value("cluster.good.ssl.handshake"),
    metrics.value("cluster.name.ssl.fail_verify_san"),
    metrics.value("cluster.plain.ssl.connection_error"),
    metrics.value("cluster.plain.ssl.handshake"),
  ]).toEqual([1, 1, 1, 0]);
});

test("an endpoint may turn this side's certificate down: what was sent by then is in doubt, and the reason is said", async () => {
  await using upstream = await startTlsUpstream({
    ...server,
    ca: authority.certificate,
    requestCert: true,
    rejectUnauthorized: true,
  });
  const { status, flag, details } = await outcome(upstream.port, {});
  expect([status, flag]).toEqual([503, "UC"]);
  expect(details).toMatch(/connection_termination\|TLS_error:_.*CERTIFICATE_REQUIRED/);
  expect((await outcome(upstream.port, {}, HTTP2)).flag).toBe("UF");
});
