import { addressKey } from "@dualmesh/dataplane";
import { createCertificateAuthority } from "@dualmesh/testkit/certificates";
import {
  credentials,
  type handleUnaryCall,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type ServiceError,
} from "@grpc/grpc-js";
import { expect, onTestFinished, test } from "vitest";
import { bootstrap, clusterJson, listenerJson } from "../bootstrap.ts";
import { startSidecar } from "../start-sidecar.ts";
import { tlsChain } from "./tls-chain.ts";

const SERVICE = {
  echo: {
    path: "/app/Echo",
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: Buffer) => value,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (value: Buffer) => value,
    responseDeserialize: (bytes: Buffer) => bytes,
  },
} satisfies ServiceDefinition;

const authority = createCertificateAuthority();
const edge = authority.issue({ dns: ["orders.test"] });
const backend = authority.issue({ dns: ["orders.internal"] });
const caller = authority.issue({ uri: ["spiffe://mesh/web"] });
const sidecarOwn = authority.issue({ uri: ["spiffe://mesh/sidecar"] });

async function startBackend(): Promise<number> {
  const server = new Server();
  const echo: handleUnaryCall<Buffer, Buffer> = (call, done) => done(null, call.request);
  server.addService(SERVICE, { echo });
  const pair = { cert_chain: Buffer.from(backend.certificate), private_key: Buffer.from(backend.privateKey) };
  const secure = ServerCredentials.createSsl(Buffer.from(authority.certificate), [pair], true);
  onTestFinished(() => server.forceShutdown());
  return new Promise((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", secure, (error, port) =>
      error === null ? resolve(port) : reject(error),
    ),
  );
}

/** A sidecar that takes gRPC by TLS from those with a certificate, and calls a backend that does the same. */
async function startEdge(name: string) {
  const TLS = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
  const trusted_ca = { inline_string: authority.certificate };
  const common_tls_context = {
    tls_certificates: [
      {
        certificate_chain: { inline_string: sidecarOwn.certificate },
        private_key: { inline_string: sidecarOwn.privateKey },
      },
    ],
    validation_context: {
      trusted_ca,
      match_typed_subject_alt_names: [{ san_type: "DNS", matcher: { exact: name } }],
    },
  };
  const { sidecar, addressOf } = await startSidecar({
    bootstrap: bootstrap({
      listeners: [
        listenerJson("in", {
          filter_chains: [
            tlsChain({
              own: edge,
              context: { require_client_certificate: true },
              common: { validation_context: { trusted_ca } },
            }),
          ],
        }),
      ],
      clusters: [
        {
          ...clusterJson("app", await startBackend()),
          http2_protocol_options: {},
          transport_socket: { name: "tls", typed_config: { "@type": TLS, common_tls_context } },
        },
      ],
    }),
  });
  await sidecar.ready;
  return addressKey(addressOf("in"));
}

/** One call by a client of grpc-js: the message that comes back. Rejects with its status. */
function call(target: string, own: { certificate: string; privateKey: string } | undefined): Promise<string> {
  const Echo = makeGenericClientConstructor(SERVICE, "Echo");
  const root = Buffer.from(authority.certificate);
  const secure =
    own === undefined
      ? credentials.createSsl(root)
      : credentials.createSsl(root, Buffer.from(own.privateKey), Buffer.from(own.certificate));
  const client = new Echo(target, secure, { "grpc.ssl_target_name_override": "orders.test" });
  onTestFinished(() => client.close());
  return new Promise((resolve, reject) => {
    const deadline = { deadline: Date.now() + 5_000 };
    client["echo"]?.(Buffer.from("hi"), deadline, (error: ServiceError | null, bytes: Buffer) =>
      error === null ? resolve(bytes.toString()) : reject(error),
    );
  });
}

test("a client of grpc-js calls a server of grpc-js, by TLS with certificates on both ways", async () => {
  const target = await startEdge("orders.internal");
  expect(await call(target, caller)).toBe("hi");
  await expect(call(target, undefined)).rejects.toMatchObject({ code: 14 });
});

test("a server with another name is not called, and the client reads why in gRPC's own terms", async () => {
  const target = await startEdge("other.internal");
  await expect(call(target, caller)).rejects.toMatchObject({
    code: 14,
    details:
      "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure",
  });
});
