import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCertificateAuthority } from "@dualmesh/testkit/certificates";
import { expect, test } from "vitest";
import { ask } from "../ask.ts";
import { compiled } from "../compile/compile-json.ts";
import {
  ordersHost,
  outboundListener,
  routeTo,
  startUpstream,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";
import { certificateJson, named, trust, upstreamSocket } from "./tls-json.ts";
import { startTlsUpstream } from "./tls-upstream.ts";

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), "dualmesh-tls-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

const authority = createCertificateAuthority();
const orders = authority.issue({ dns: ["orders.test"] });
const web = authority.issue({ uri: ["spiffe://mesh/web"] });

test("certificates, keys and authorities may be in files, which are there before the first call", async () => {
  await using folder = await temporaryFolder();
  const file = async (name: string, text: string) => {
    await writeFile(join(folder.path, name), text);
    return { filename: join(folder.path, name) };
  };
  await using upstream = await startTlsUpstream({
    cert: orders.certificate,
    key: orders.privateKey,
    ca: authority.certificate,
    requestCert: true,
  });
  const common_tls_context = {
    tls_certificates: [
      {
        certificate_chain: await file("web.pem", web.certificate),
        private_key: await file("web-key.pem", web.privateKey),
      },
    ],
    validation_context: { trusted_ca: await file("ca.pem", authority.certificate), ...named("orders.test") },
  };
  await using plane = await staticPlane({
    listeners: [outboundListener([ordersHost([routeTo("a")])])],
    clusters: [staticCluster("a", [upstream.port], upstreamSocket({ common_tls_context }))],
  });
  const { status, text } = await ask(plane);
  expect([status, text]).toEqual([200, "GET / URI:spiffe://mesh/web"]);
});

test("a file that is not there fails its cluster, with the reason, and no other", async () => {
  await using folder = await temporaryFolder();
  await using plain = await startUpstream((_, response) => response.end("fine"));
  const path = join(folder.path, "ca.pem");
  const validation_context = { trusted_ca: { filename: path } };
  await using plane = await staticPlane({
    listeners: [
      outboundListener([
        ordersHost([
          { match: { path: "/good" }, route: { cluster: "good" } },
          { match: { prefix: "/" }, route: { cluster: "bad" } },
        ]),
      ]),
    ],
    clusters: [
      staticCluster("good", [plain.port]),
      staticCluster("bad", [plain.port], upstreamSocket({ common_tls_context: { validation_context } })),
    ],
  });
  const bad = await ask(plane);
  expect([bad.status, bad.local?.flag]).toEqual([503, "NC"]);
  expect(bad.local?.message).toBe(
    `the cluster of the route has failed: cluster "bad": TLS: ${path}: there is no such file`,
  );
  expect(plane.clusters.find(({ name }) => name === "bad")?.failed).toContain("there is no such file");
  expect((await ask(plane, { path: "/good" })).text).toBe("fine");
});

test("what is in a file and no certificate fails its cluster, too", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "ca.pem");
  await writeFile(path, "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n");
  const validation_context = { trusted_ca: { filename: path } };
  await using plane = await staticPlane({
    listeners: [outboundListener([ordersHost([routeTo("a")])])],
    clusters: [staticCluster("a", [1], upstreamSocket({ common_tls_context: { validation_context } }))],
  });
  expect((await ask(plane)).local?.message).toContain("its certificates and keys cannot be used");
});

test("what is given inline and OpenSSL turns down fails its cluster, and no other", async () => {
  await using plain = await startUpstream((_, response) => response.end("fine"));
  const broken = `${web.certificate}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`;
  const common_tls_context = certificateJson({ ...web, certificate: broken });
  await using plane = await staticPlane({
    listeners: [
      outboundListener([
        ordersHost([{ match: { path: "/good" }, route: { cluster: "good" } }, routeTo("bad")]),
      ]),
    ],
    clusters: [
      staticCluster("good", [plain.port]),
      staticCluster("bad", [plain.port], upstreamSocket({ common_tls_context })),
    ],
  });
  const { status, local } = await ask(plane);
  expect([status, local?.flag]).toEqual([503, "NC"]);
  expect(local?.message).toContain('cluster "bad": TLS: its certificates and keys cannot be used');
  expect((await ask(plane, { path: "/good" })).text).toBe("fine");
});

test("another TLS is another cluster, whose connections begin anew", () => {
  const identity = (context: object): string =>
    compiled("cluster", { name: "a", ...upstreamSocket(context) }).identity;
  expect(identity({ sni: "a.test" })).not.toBe(identity({ sni: "b.test" }));
  expect(identity({ common_tls_context: trust(authority) })).not.toBe(
    identity({ common_tls_context: trust(createCertificateAuthority()) }),
  );
});
