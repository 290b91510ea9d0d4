import { createCertificateAuthority } from "@dualmesh/testkit/certificates";
import { describe, expect, test } from "vitest";
import { certificateJson, downstreamSocket } from "../tls/tls-json.ts";
import { compiled, problems } from "./compile-json.ts";
import { LOOPBACK, manager } from "./listener-json.ts";

const own = createCertificateAuthority().issue();
const UNSUPPORTED = "it is set, and is not supported";
const SDS = { name: "secret", sds_config: { ads: {} } };

const chain = (context: object, more: object = {}): object => ({
  name: "l",
  address: LOOPBACK,
  filter_chains: [{ filters: [manager()], ...downstreamSocket(context), ...more }],
});
const common = (common_tls_context: object): object => ({ common_tls_context });
const server = common(certificateJson(own));

test("a chain with TLS asks for no certificate, resumes sessions, and waits 15 seconds for a handshake", () => {
  expect(compiled("listener", chain(server)).chains[0]).toMatchObject({
    handshakeTimeoutMs: 15_000,
    tls: { requiresClientCertificate: false, requiresServerName: false, resumesSessions: true },
  });
  const timeout = { transport_socket_connect_timeout: "2s" };
  expect(compiled("listener", chain(server, timeout)).chains[0]?.handshakeTimeoutMs).toBe(2_000);
});

describe("of the TLS of a filter chain is refused by its path", () => {
  test.each([
    [".common_tls_context.tls_certificates", {}, "expected one certificate, got none"],
    [
      ".common_tls_context.tls_certificate_sds_secret_configs",
      common({ ...certificateJson(own), tls_certificate_sds_secret_configs: [SDS] }),
      UNSUPPORTED,
    ],
    [
      ".session_ticket_keys",
      { ...server, session_ticket_keys: { keys: [{ inline_string: "x" }] } },
      UNSUPPORTED,
    ],
    [
      ".ocsp_staple_policy",
      { ...server, ocsp_staple_policy: "MUST_STAPLE" },
      "expected LENIENT_STAPLING, got MUST_STAPLE",
    ],
  ])("%s", (path, context, reason) => {
    expect(problems("listener", chain(context))).toContain(
      `listener "l".filter_chains[0].transport_socket.typed_config${path}: ${reason}`,
    );
  });
});

describe("chains of a listener", () => {
  const listener = (...matches: readonly object[]): object => ({
    name: "l",
    address: LOOPBACK,
    filter_chains: matches.map((filter_chain_match) => ({ filters: [manager()], filter_chain_match })),
  });
  const HERE = 'listener "l".filter_chains[1].filter_chain_match';

  test("are named after whom they are for", () => {
    const { chains, inspects, inspectionTimeoutMs } = compiled(
      "listener",
      listener({}, { destination_port: 80, transport_protocol: "tls", server_names: ["*.B.test", "a.test"] }),
    );
    expect(chains.map(({ key }) => key)).toEqual(["any connection", "port 80, servers *.b.test a.test, tls"]);
    expect([inspects, inspectionTimeoutMs]).toEqual([true, 15_000]);
    expect(compiled("listener", listener({ destination_port: 80 })).inspects).toBe(false);
  });

  test.each([
    [
      ".",
      [{ server_names: ["a.test"] }, { server_names: ["A.test"] }],
      "another chain is for servers a.test already",
    ],
    [
      ".server_names[0]",
      [{}, { server_names: ["a*.test"] }],
      'expected a name, or one behind "*.", got "a*.test"',
    ],
    [".application_protocols", [{}, { destination_port: 1, application_protocols: ["h2"] }], UNSUPPORTED],
  ])("are refused at %s", (path, matches, reason) => {
    expect(problems("listener", listener(...matches))).toEqual([
      `${HERE}${path === "." ? "" : path}: ${reason}`,
    ]);
  });
});
