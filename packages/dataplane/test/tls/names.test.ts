import { createHash, X509Certificate } from "node:crypto";
import { createCertificateAuthority, createSelfSignedCertificate } from "@dualmesh/testkit/certificates";
import { describe, expect, test } from "vitest";
import { ask } from "../ask.ts";
import { ordersHost, outboundListener, routeTo, staticPlane } from "../static-plane.ts";
import { named, trust, upstreamSocket } from "./tls-json.ts";
import { outcome, reset } from "./tls-outcome.ts";
import { startTlsUpstream } from "./tls-upstream.ts";

const authority = createCertificateAuthority();
const orders = authority.issue({ dns: ["orders.test"], ip: ["127.0.0.1"] });
const server = { cert: orders.certificate, key: orders.privateKey };

describe("one of the names of a certificate must match", () => {
  const rich = authority.issue({
    dns: ["orders.test", "*.shop.test"],
    uri: ["spiffe://mesh/ns/shop/orders"],
    email: ["ops@orders.test"],
    ip: ["10.1.2.3", "2001:db8::1"],
  });
  const byKind = (san_type: string, matcher: object) => ({
    match_typed_subject_alt_names: [{ san_type, matcher }],
  });

  test.each([
    [true, byKind("DNS", { exact: "ORDERS.test" })],
    [true, byKind("DNS", { exact: "eu.shop.test" })],
    [false, byKind("DNS", { exact: "a.eu.shop.test" })],
    [false, byKind("DNS", { exact: "shop.test" })],
    [true, byKind("DNS", { suffix: ".test" })],
    [true, byKind("URI", { exact: "spiffe://mesh/ns/shop/orders" })],
    [true, byKind("URI", { prefix: "spiffe://mesh/" })],
    [true, byKind("URI", { safe_regex: { regex: "spiffe://mesh/ns/[a-z]+/orders" } })],
    [false, byKind("URI", { safe_regex: { regex: "spiffe://mesh/ns" } })],
    [false, byKind("URI", { exact: "orders.test" })],
    [true, byKind("EMAIL", { exact: "ops@orders.test" })],
    [true, byKind("IP_ADDRESS", { exact: "10.1.2.3" })],
    [true, byKind("IP_ADDRESS", { exact: "2001:0db8:0:0::1" })],
    [true, byKind("IP_ADDRESS", { prefix: "2001:db8::" })],
    [false, byKind("IP_ADDRESS", { exact: "10.1.2.4" })],
    [true, { match_subject_alt_names: [{ exact: "nobody" }, { exact: "spiffe://mesh/ns/shop/orders" }] }],
    [false, { match_subject_alt_names: [{ exact: "nobody" }] }],
  ])("%s: %j", async (matches, validation) => {
    await using upstream = await startTlsUpstream({ cert: rich.certificate, key: rich.privateKey });
    const { flag } = await outcome(upstream.port, { common_tls_context: trust(authority, validation) });
    expect(flag === undefined).toBe(matches);
  });
});

describe("a certificate that is pinned", () => {
  const { raw, publicKey } = new X509Certificate(orders.certificate);
  const hash = createHash("sha256").update(raw).digest("hex");
  const spki = createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("base64");
  const other = "00".repeat(32);

  test.each([
    [true, { verify_certificate_hash: [hash] }],
    [true, { verify_certificate_hash: [other, (hash.match(/../g) ?? []).join(":").toUpperCase()] }],
    [true, { verify_certificate_spki: [spki], verify_certificate_hash: [other] }],
    [false, { verify_certificate_hash: [other] }],
  ])("is taken whoever vouches for it: %s, with %j", async (taken, validation_context) => {
    await using upstream = await startTlsUpstream(server);
    const { flag } = await outcome(upstream.port, { common_tls_context: { validation_context } });
    expect(flag === undefined).toBe(taken);
  });
});

test("the authorities of the machine know nothing of one that was made here", async () => {
  await using upstream = await startTlsUpstream(server);
  const { flag, details } = await outcome(upstream.port, {
    common_tls_context: { validation_context: { system_root_certs: {} } },
  });
  expect([flag, details]).toEqual([
    "UF",
    reset("CERTIFICATE_VERIFY_FAILED: UNABLE_TO_GET_ISSUER_CERT_LOCALLY"),
  ]);
});

test("ACCEPT_UNTRUSTED takes any certificate", async () => {
  const stranger = createSelfSignedCertificate();
  await using upstream = await startTlsUpstream({ cert: stranger.certificate, key: stranger.privateKey });
  const validation = { trust_chain_verification: "ACCEPT_UNTRUSTED", ...named("orders.test") };
  expect(await outcome(upstream.port, { common_tls_context: trust(authority, validation) })).toMatchObject({
    status: 200,
  });
});

describe("the name of the endpoint", () => {
  const endpoint = (hostname: string, port: number) => ({
    load_assignment: {
      cluster_name: "a",
      endpoints: [
        {
          lb_endpoints: [
            {
              endpoint: { hostname, address: { socket_address: { address: "127.0.0.1", port_value: port } } },
            },
          ],
        },
      ],
    },
  });
  const context = { sni: "fallback.test", auto_host_sni: true, auto_sni_san_validation: true };

  test.each([
    ["orders.test", "orders.test", 200],
    ["other.test", "other.test", 503],
    ["", "fallback.test", 503],
  ])("is what it is asked for, and what its certificate must be for: %j", async (hostname, asked, status) => {
    const names: string[] = [];
    const SNICallback = (name: string, choose: (error: null) => void): void => {
      names.push(name);
      choose(null);
    };
    await using upstream = await startTlsUpstream({ ...server, SNICallback });
    const common_tls_context = trust(authority, named("ignored.test"));
    const got = await outcome(
      upstream.port,
      { ...context, common_tls_context },
      endpoint(hostname, upstream.port),
    );
    expect(got.status).toBe(status);
    expect(names).toEqual([asked]);
  });
});

test("the name of an endpoint that was looked up is what was looked up", async () => {
  await using upstream = await startTlsUpstream(server);
  const address = { socket_address: { address: "orders.test", port_value: upstream.port } };
  await using plane = await staticPlane(
    {
      listeners: [outboundListener([ordersHost([routeTo("a")])])],
      clusters: [
        {
          name: "a",
          type: "STRICT_DNS",
          load_assignment: { cluster_name: "a", endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
          ...upstreamSocket({
            auto_host_sni: true,
            auto_sni_san_validation: true,
            common_tls_context: trust(authority),
          }),
        },
      ],
    },
    { lookup: async () => ["127.0.0.1"] },
  );
  expect((await ask(plane)).status).toBe(200);
  expect(upstream.clients).toMatchObject([{ serverName: "orders.test" }]);
});
