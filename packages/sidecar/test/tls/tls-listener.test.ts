import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EndpointAddress } from "@dualmesh/dataplane";
import { createCertificateAuthority } from "@dualmesh/testkit/certificates";
import { describe, expect, test } from "vitest";
import { eventually } from "../eventually.ts";
import { httpGet } from "../http-get.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { openListener } from "./open-tls-listener.ts";
import { plainChain, tlsChain } from "./tls-chain.ts";
import { getByHttp2, getByTls, handshake, lastWords, plainSocket } from "./tls-client.ts";

const authority = createCertificateAuthority();
const own = authority.issue({ dns: ["orders.test"] });
const HELLO = Buffer.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01);

/** What a client gets from the chain that takes it. */
const byTls = (to: EndpointAddress, servername: string): Promise<string> => getByTls(to, { servername });

test("a chain ends TLS, and its requests are by https", async () => {
  const { to, upstream } = await openListener([tlsChain({ own })]);
  const options = { ca: authority.certificate, servername: "orders.test", rejectUnauthorized: true };
  expect(await getByTls(to, options)).toBe("hello by https");
  expect(await getByTls(to, options, "/app")).toBe("hello");
  expect(upstream.seen[0]?.headers["x-forwarded-proto"]).toBe("https");
});

describe("HTTP/1.1 or HTTP/2", () => {
  test("is agreed on by ALPN", async () => {
    const { to } = await openListener([tlsChain({ own })]);
    expect(await getByHttp2(to)).toBe("hello by https");
    const both = await handshake(to, { ALPNProtocols: ["http/1.1", "h2"] });
    expect(both.alpnProtocol).toBe("h2");
  });

  test("is told by the first bytes where a client offers nothing", async () => {
    const { to } = await openListener([tlsChain({ own })]);
    const socket = await handshake(to);
    expect(socket.alpnProtocol).toBe(false);
    socket.write("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    expect(await lastWords(socket)).toContain("hello by https");
  });

  test.each([
    ["HTTP1", "http/1.1"],
    ["HTTP2", "h2"],
  ])("with codec_type %s is %s", async (codec_type, protocol) => {
    const { to } = await openListener([tlsChain({ own, http: { codec_type } })]);
    const socket = await handshake(to, { ALPNProtocols: ["h2", "http/1.1"] });
    expect(socket.alpnProtocol).toBe(protocol);
  });

  test("is what alpn_protocols says first", async () => {
    const common = { alpn_protocols: ["http/1.1", "h2"] };
    const { to } = await openListener([tlsChain({ own, common })]);
    const socket = await handshake(to, { ALPNProtocols: ["h2", "http/1.1"] });
    expect(socket.alpnProtocol).toBe("http/1.1");
  });
});

test("a client in clear text is by http, whatever scheme it writes", async () => {
  const { to } = await openListener([plainChain({})]);
  expect(await getByHttp2(to, {}, "http")).toBe("hello by http");
});

test("sessions are resumed where nobody's certificate is asked for", async () => {
  const { to } = await openListener([tlsChain({ own })]);
  const first = await handshake(to, { maxVersion: "TLSv1.2" });
  const again = { maxVersion: "TLSv1.2", session: first.getSession() as Buffer } as const;
  expect((await handshake(to, again)).isSessionReused()).toBe(true);
});

test("a chain that wants a server name turns away who says none", async () => {
  const { to } = await openListener([tlsChain({ own, context: { require_sni: true } })]);
  expect(await byTls(to, "orders.test")).toBe("hello by https");
  await expect(getByTls(to, { servername: "" })).rejects.toThrow();
});

describe("chains by server name and transport", () => {
  const shop = authority.issue({ dns: ["*.shop.test"] });
  const named = (...server_names: string[]) => ({ filter_chain_match: { server_names } });

  test("each shows its own certificate to those who ask for it", async () => {
    const { to } = await openListener([
      tlsChain({ own, says: "orders", chain: named("orders.test") }),
      tlsChain({ own: shop, says: "shop", chain: named("*.shop.test") }),
    ]);
    expect([await byTls(to, "orders.test"), await byTls(to, "EU.shop.test")]).toEqual([
      "orders by https",
      "shop by https",
    ]);
    const socket = await handshake(to, { servername: "eu.shop.test" });
    expect(socket.getPeerX509Certificate()?.subjectAltName).toBe("DNS:*.shop.test");
    await expect(byTls(to, "else.test")).rejects.toThrow();
  });

  test("one port takes clients by TLS and in clear text, each in its chain", async () => {
    const { to } = await openListener([
      tlsChain({ own, says: "tls", chain: { filter_chain_match: { transport_protocol: "tls" } } }),
      plainChain({ says: "plain", chain: { filter_chain_match: { transport_protocol: "raw_buffer" } } }),
    ]);
    expect(await byTls(to, "orders.test")).toBe("tls by https");
    expect(await getByHttp2(to)).toBe("tls by https");
    expect(await httpGet(to)).toMatchObject({ status: 200, body: "plain by http" });
  });

  test("a client that does not say what its chain is chosen by is cut off after listener_filters_timeout", async () => {
    const { to, clock } = await openListener([tlsChain({ own, chain: named("orders.test") })], {
      listener_filters_timeout: "2s",
    });
    const silent = await plainSocket(to);
    const half = await plainSocket(to);
    half.write(HELLO);
    expect(await byTls(to, "orders.test")).toBe("hello by https");
    const over = Promise.all([lastWords(silent), lastWords(half)]);
    clock.advance(2_000);
    expect(await over).toEqual(["", ""]);
    const malformed = await plainSocket(to);
    malformed.write(Buffer.of(0x16, 0x03, 0x01, 0x00, 0x00));
    expect(await lastWords(malformed)).toBe("");
  });
});

describe("what is no handshake", () => {
  test("in clear text at a port of TLS is closed, and others are served on", async () => {
    const { to, upstream } = await openListener([tlsChain({ own })]);
    const open = await handshake(to);
    const plain = await plainSocket(to);
    plain.write("GET /app HTTP/1.1\r\nhost: a\r\n\r\n");
    await lastWords(plain);
    expect(upstream.seen).toEqual([]);
    open.write("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    expect(await lastWords(open)).toContain("hello by https");
  });

  test("by TLS at a port in clear text is closed, and others are served on", async () => {
    const { to } = await openListener([plainChain({})]);
    await expect(byTls(to, "orders.test")).rejects.toThrow();
    expect((await httpGet(to)).body).toBe("hello by http");
  });

  test("that never ends is cut off after transport_socket_connect_timeout, however many there are", async () => {
    const { to, clock, sidecar } = await openListener([
      tlsChain({ own, chain: { transport_socket_connect_timeout: "3s" } }),
    ]);
    const half = await Promise.all(Array.from({ length: 200 }, () => plainSocket(to)));
    for (const [i, socket] of half.entries()) if (i % 2 === 0) socket.write(HELLO);
    const served = await handshake(to);
    const over = Promise.all(half.map(lastWords));
    // The listener has seen all of them when it serves whoever came last.
    expect(await byTls(to, "orders.test")).toBe("hello by https");
    clock.advance(3_000);
    expect(new Set(await over)).toEqual(new Set([""]));
    served.write("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    expect(await lastWords(served)).toContain("hello by https");
    await eventually(() => expect(sidecar.active).toBe(0));
  });

  test("does not hold up the end of a sidecar", async () => {
    const { to, sidecar } = await openListener([tlsChain({ own })]);
    const half = await plainSocket(to);
    half.write(HELLO);
    expect(await byTls(to, "orders.test")).toBe("hello by https");
    const over = lastWords(half);
    await sidecar.close({ drainTimeMs: 0 });
    expect(await over).toBe("");
  });
});

test("a certificate that is not there closes its chain's connections, says why, and leaves the other chains", async () => {
  const missing = {
    tls_certificates: [
      { certificate_chain: { filename: "/no/such.pem" }, private_key: { filename: "/no/key.pem" } },
    ],
  };
  const { to, events } = await openListener([
    tlsChain({ own, common: missing, chain: { filter_chain_match: { server_names: ["bad.test"] } } }),
    tlsChain({ own, says: "good" }),
  ]);
  await expect(byTls(to, "bad.test")).rejects.toThrow();
  expect(await byTls(to, "orders.test")).toBe("good by https");
  const failures = events.filter(({ kind }) => kind === "listener-failed");
  expect(failures.map(({ message }) => message)).toEqual([
    'listener "in": its filter chain for servers bad.test closes all connections: TLS: /no/such.pem: there is no such file',
  ]);
});

test("certificates may be in files: clients wait until they are read", async () => {
  const folder = await temporaryFolder();
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return { filename: join(folder, name) };
  };
  const common = {
    tls_certificates: [
      {
        certificate_chain: await file("own.pem", own.certificate),
        private_key: await file("key.pem", own.privateKey),
      },
    ],
  };
  const { to } = await openListener([tlsChain({ own, common })]);
  const got = await Promise.all([getByTls(to), getByHttp2(to)]);
  expect(got).toEqual(["hello by https", "hello by https"]);
});

test.each(["h2", "http/1.1"])("a client that has ended its %s connection is let go of", async (protocol) => {
  const { to } = await openListener([tlsChain({ own })]);
  const socket = await handshake(to, { ALPNProtocols: [protocol] });
  if (protocol === "h2") socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1");
  const over = lastWords(socket);
  socket.end();
  await over;
});
