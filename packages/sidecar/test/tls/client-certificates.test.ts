import { createCertificateAuthority, type IssuedCertificate } from "@dualmesh/testkit/certificates";
import { describe, expect, test } from "vitest";
import { httpGet } from "../http-get.ts";
import { openListener } from "./open-tls-listener.ts";
import { tlsChain } from "./tls-chain.ts";
import { getByTls, handshake, lastWords, plainSocket } from "./tls-client.ts";

const authority = createCertificateAuthority();
const own = authority.issue({ dns: ["orders.test"] });

/** What a client of TLS shows. */
const show = ({ certificate, privateKey }: IssuedCertificate) => ({ cert: certificate, key: privateKey });

describe("a chain that asks for certificates", () => {
  const trust = (more: object = {}) => ({
    validation_context: { trusted_ca: { inline_string: authority.certificate }, ...more },
  });
  const web = authority.issue({ uri: ["spiffe://mesh/web"] });
  const stranger = createCertificateAuthority("stranger").issue({ uri: ["spiffe://mesh/web"] });
  const expired = authority.issue({ uri: ["spiffe://mesh/web"], notAfter: new Date(Date.now() - 1_000) });
  const batch = authority.issue({ uri: ["spiffe://mesh/batch"] });
  const onlyWeb = {
    match_typed_subject_alt_names: [{ san_type: "URI", matcher: { exact: "spiffe://mesh/web" } }],
  };
  const required = { require_client_certificate: true };
  const LET_IN = "hello by https";

  test.each([
    ["lets in whom an authority vouches for", required, trust(), show(web), LET_IN],
    ["lets in whose name it wants", required, trust(onlyWeb), show(web), LET_IN],
    ["turns away whose name it does not want", required, trust(onlyWeb), show(batch), undefined],
    ["turns away whom nobody vouches for", required, trust(), show(stranger), undefined],
    ["turns away what has expired", required, trust(), show(expired), undefined],
    ["turns away who shows none", required, trust(), {}, undefined],
    ["lets in who shows none where none is required", {}, trust(), {}, LET_IN],
    ["turns a bad one away also where none is required", {}, trust(), show(stranger), undefined],
    ["lets anybody in with any, where nothing is verified", required, {}, show(stranger), LET_IN],
    ["turns away who shows none, where nothing is verified", required, {}, {}, undefined],
  ])("%s", async (_, context, common, client, expected) => {
    const { to, upstream } = await openListener([tlsChain({ own, context, common })]);
    const got = await getByTls(to, client, "/").catch(() => undefined);
    expect(got).toBe(expected);
    expect(upstream.seen).toEqual([]);
  });

  test("turns a name away that is certified for TLS 1.2 as well", async () => {
    const { to } = await openListener([tlsChain({ own, context: required, common: trust(onlyWeb) })]);
    await expect(getByTls(to, { ...show(batch), maxVersion: "TLSv1.2" })).rejects.toThrow();
    expect(await getByTls(to, { ...show(web), maxVersion: "TLSv1.2" })).toBe(LET_IN);
  });

  test("resumes no session, since a session brings back who was let in once", async () => {
    const { to } = await openListener([tlsChain({ own, context: required, common: trust() })]);
    const first = await handshake(to, { ...show(web), maxVersion: "TLSv1.2" });
    const session = first.getSession();
    const second = await handshake(to, { ...show(web), maxVersion: "TLSv1.2", session: session as Buffer });
    expect(second.isSessionReused()).toBe(false);
  });
});

test("handshakes are counted under Envoy's names, and what clients were turned away for", async () => {
  const trusted_ca = { inline_string: authority.certificate };
  const match_typed_subject_alt_names = [{ san_type: "DNS", matcher: { exact: "web.test" } }];
  const { to, admin } = await openListener([
    tlsChain({
      own,
      context: { require_client_certificate: true },
      common: { validation_context: { trusted_ca, match_typed_subject_alt_names } },
    }),
  ]);
  const web = show(authority.issue({ dns: ["web.test"] }));
  const strangers = [
    show(authority.issue({ dns: ["batch.test"] })),
    show(createCertificateAuthority("stranger").issue({ dns: ["web.test"] })),
    {},
  ];
  expect(await getByTls(to, web)).toBe("hello by https");
  for (const stranger of strangers) await getByTls(to, stranger).catch(() => {});
  const plain = await plainSocket(to);
  plain.write("GET / HTTP/1.1\r\n\r\n");
  await lastWords(plain);
  const port = to.kind === "tcp" ? to.port : 0;
  const { body } = await httpGet(admin, { path: "/stats" });
  const prefix = `listener.127.0.0.1_${port}.ssl.`;
  const counted = body
    .split("\n")
    .flatMap((line) => (line.startsWith(prefix) && !line.endsWith(": 0") ? [line.slice(prefix.length)] : []));
  expect(counted.sort()).toEqual([
    "connection_error: 1",
    "fail_verify_error: 1",
    "fail_verify_no_cert: 1",
    "fail_verify_san: 1",
    "handshake: 1",
  ]);
});
