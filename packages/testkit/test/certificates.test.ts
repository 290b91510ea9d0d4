import { createPrivateKey, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { createCertificateAuthority, createSelfSignedCertificate } from "../src/certificates/index.ts";

test("an authority issues certificates that are its own, for the names and the time that were asked for", () => {
  const authority = createCertificateAuthority();
  const root = new X509Certificate(authority.certificate);
  const issued = authority.issue({
    commonName: "orders",
    dns: ["orders.test", "*.orders.test"],
    uri: ["spiffe://mesh/orders"],
    email: ["ops@orders.test"],
    ip: ["127.0.0.1", "2001:db8::1"],
    notAfter: new Date("2020-01-02T03:04:05Z"),
  });
  const certificate = new X509Certificate(issued.certificate);
  expect([certificate.subject, certificate.ca, root.ca]).toEqual(["CN=orders", false, true]);
  expect(certificate.checkIssued(root) && certificate.verify(root.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(issued.privateKey))).toBe(true);
  expect(certificate.validTo).toBe("Jan  2 03:04:05 2020 GMT");
  expect(certificate.subjectAltName).toBe(
    "email:ops@orders.test, DNS:orders.test, DNS:*.orders.test, URI:spiffe://mesh/orders, " +
      "IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1",
  );
});

test("a self-signed certificate is vouched for by itself alone", () => {
  const { certificate: pem } = createSelfSignedCertificate({ dns: ["a.test"] });
  const certificate = new X509Certificate(pem);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkIssued(new X509Certificate(createCertificateAuthority().certificate))).toBe(false);
});
