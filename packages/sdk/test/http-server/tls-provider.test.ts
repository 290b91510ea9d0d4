import { once } from "node:events";
import { Agent, get } from "node:https";
import { text } from "node:stream/consumers";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { systemClock } from "@dualmesh/core";
import { HOP_HEADER, type Listener } from "@dualmesh/dataplane";
import { createCertificateAuthority } from "@dualmesh/testkit/certificates";
import { describe, expect, test } from "vitest";
import { appService } from "../../src/app-service.ts";
import { guardServer } from "../../src/http-server/guard-server.ts";
import { createMesh, type Mesh } from "../../src/index.ts";
import { bootstrapText, host, listener } from "../bootstrap.ts";
import { startServer } from "../server.ts";

const authority = createCertificateAuthority();
const own = authority.issue({ dns: ["orders.test"] });
const web = authority.issue({ uri: ["spiffe://mesh/web"] });
const TLS = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";

/** What a chain does TLS with; `more` are fields of the context. */
function tls(more: object = {}, common: object = {}): object {
  const tls_certificates = [
    {
      certificate_chain: { inline_string: own.certificate },
      private_key: { inline_string: own.privateKey },
    },
  ];
  const typed_config = { "@type": TLS, common_tls_context: { tls_certificates, ...common }, ...more };
  return { transport_socket: { name: "tls", typed_config } };
}

const MUTUAL = tls(
  { require_client_certificate: true },
  { validation_context: { trusted_ca: { inline_string: authority.certificate } } },
);

/** An inbound listener whose chains have what is given beside their filters, which mark requests with their number. */
function inbound(...chains: readonly object[]): object {
  const parts = chains.map((chain, i) => {
    const marked = {
      route: { cluster: "app" },
      request_headers_to_add: [{ header: { key: "x-chain", value: String(i) } }],
    };
    const { filter_chains } = listener("in", "INBOUND", [host("all", ["*"], marked)]) as {
      readonly filter_chains: readonly object[];
    };
    return { ...filter_chains[0], ...chain };
  });
  return { ...listener("in", "INBOUND", []), filter_chains: parts };
}

/** An application in direct mode behind these chains: it says by which it was reached, and how. */
async function open(...chains: readonly object[]) {
  await using parts = new AsyncDisposableStack();
  const app = parts.use(
    await startServer(({ headers, socket }, outgoing) => {
      const encrypted = (socket as TLSSocket).encrypted === true;
      outgoing.end(`chain ${headers["x-chain"]} by ${headers["x-forwarded-proto"]}, encrypted: ${encrypted}`);
    }),
  );
  const text = bootstrapText({
    listeners: [inbound(...chains)],
    clusters: [{ name: "app", type: "STATIC" }],
  });
  const mesh: Mesh = parts.use(await createMesh({ bootstrap: { text }, mode: "direct" }));
  mesh.serve(app.server);
  const owned = parts.move();
  return { port: app.port, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function ask(port: number, options: ConnectionOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const target = { host: "127.0.0.1", port, rejectUnauthorized: false, agent: false as const };
    const outgoing = get({ ...target, ...options }, (incoming) => void text(incoming).then(resolve, reject));
    outgoing.on("error", reject);
  });
}

const show = { cert: web.certificate, key: web.privateKey };

describe("a provider in direct mode whose inbound chain does TLS", () => {
  test("ends it before the application's server, and runs the chain", async () => {
    await using app = await open(MUTUAL);
    const trusting = { ca: authority.certificate, servername: "orders.test", rejectUnauthorized: true };
    expect(await ask(app.port, { ...trusting, ...show })).toBe("chain 0 by https, encrypted: true");
    await expect(ask(app.port)).rejects.toThrow();
  });

  test("agrees on HTTP/1.1, which is what the application's server speaks", async () => {
    await using app = await open(tls({}, { alpn_protocols: ["h2", "http/1.1"] }));
    const socket = connect({
      host: "127.0.0.1",
      port: app.port,
      rejectUnauthorized: false,
      ALPNProtocols: ["h2", "http/1.1"],
    });
    await once(socket, "secureConnect");
    expect(socket.alpnProtocol).toBe("http/1.1");
    socket.destroy();
  });

  test("refuses what comes in clear text, and hands nothing of it to the application", async () => {
    await using app = await open(MUTUAL);
    const answer = await fetch(`http://127.0.0.1:${app.port}/`);
    expect([answer.status, await answer.text()]).toEqual([403, ""]);
  });

  test("takes clients of both kinds where there is a chain for each, chosen by their first words", async () => {
    await using app = await open(
      { ...tls(), filter_chain_match: { transport_protocol: "tls", server_names: ["orders.test"] } },
      { ...tls(), filter_chain_match: { transport_protocol: "tls" } },
      { filter_chain_match: { transport_protocol: "raw_buffer" } },
    );
    expect(await ask(app.port, { servername: "orders.test" })).toBe("chain 0 by https, encrypted: true");
    expect(await ask(app.port, { servername: "other.test" })).toBe("chain 1 by https, encrypted: true");
    const answer = await fetch(`http://127.0.0.1:${app.port}/`, {
      method: "POST",
      body: "x".repeat(100_000),
    });
    expect(await answer.text()).toBe("chain 2 by http, encrypted: false");
  });

  test("lets its own sidecar pass in clear text, which has ended TLS itself", async () => {
    await using app = await guarded(MUTUAL, () => true);
    const answer = await fetch(`http://127.0.0.1:${app.port}/`, { headers: { [HOP_HEADER]: "own" } });
    expect(await answer.text()).toBe("app");
  });

  test("answers nothing more on a connection that was let in under other terms, and takes its client anew", async () => {
    await using app = await guarded(tls());
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    const askKept = () =>
      new Promise<string>((resolve, reject) => {
        const outgoing = get({ host: "127.0.0.1", port: app.port, agent }, (incoming) => {
          const { statusCode, headers } = incoming;
          text(incoming).then((body) => resolve(`${statusCode} ${body} ${headers.connection}`), reject);
        });
        outgoing.on("error", reject);
      });
    expect(await askKept()).toBe("200 app keep-alive");
    app.change();
    expect(await askKept()).toBe("503  close");
    expect(await askKept()).toBe("200 app keep-alive");
    agent.destroy();
  });
});

/** A server that answers `app` behind one chain, whose TLS a test may change. */
async function guarded(chain: object, isSidecar: (mark: string) => boolean = () => false) {
  await using parts = new AsyncDisposableStack();
  const app = parts.use(await startServer((_, outgoing) => outgoing.end("app")));
  const bootstrap = {
    text: bootstrapText({ listeners: [inbound(chain)], clusters: [{ name: "app", type: "STATIC" }] }),
  };
  const mesh = parts.use(await createMesh({ bootstrap, mode: "direct" }));
  const listener = mesh.dataPlane.listeners.get("in") as Listener;
  let { plan } = listener;
  guardServer(app.server, {
    chain: (port) => listener.before(appService, port),
    isSidecar,
    listener: () => ({ ...listener, plan }),
    clock: systemClock,
  });
  const owned = parts.move();
  return {
    port: app.port,
    change(): void {
      const chains = plan.chains.map((one) => ({
        ...one,
        tls: one.tls && { ...one.tls, identity: "another" },
      }));
      plan = { ...plan, chains };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
