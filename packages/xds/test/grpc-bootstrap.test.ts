import { describe, expect, test } from "vitest";
import { chooseGrpcBootstrap, parseGrpcBootstrap } from "../src/bootstrap/index.ts";
import { rotateTargets, sameTarget } from "../src/index.ts";

describe("gRPC's bootstrap", () => {
  const plain = {
    xds_servers: [
      {
        server_uri: "unix:///etc/istio/proxy/XDS",
        channel_creds: [{ type: "google_default" }, { type: "insecure" }, { type: "tls" }],
        server_features: ["xds_v3", "something_new"],
      },
    ],
    node: {
      id: "sidecar~10.0.0.1~web.default~default.svc.cluster.local",
      metadata: { GENERATOR: "grpc" },
      locality: { region: "eu", subZone: "a" },
      refresh_interval: "900s",
    },
    certificate_providers: { default: { plugin_name: "file_watcher", refresh_interval: "900s" } },
    server_listener_resource_name_template: "xds.istio.io/grpc/lds/inbound/%s",
    something_else: true,
  };
  const read = (change: object = {}) =>
    parseGrpcBootstrap(JSON.stringify({ ...plain, ...change }), "boot.json");

  test("as Istio's agent writes it: unknown fields are ignored, the first known credentials count", () => {
    expect(read()).toMatchObject({
      node: {
        id: "sidecar~10.0.0.1~web.default~default.svc.cluster.local",
        metadata: { GENERATOR: "grpc" },
        locality: { region: "eu", sub_zone: "a" },
      },
      target: { kind: "unix", address: "/etc/istio/proxy/XDS" },
      serverFeatures: ["xds_v3", "something_new"],
      serverListenerTemplate: "xds.istio.io/grpc/lds/inbound/%s",
    });
  });

  test("TLS credentials name files", () => {
    const config = {
      ca_certificate_file: "/ca",
      certificate_file: "/c",
      private_key_file: "/k",
      refresh_interval: "1s",
    };
    const { target } = read({
      xds_servers: [{ server_uri: "x:1", channel_creds: [{ type: "tls", config }] }],
    });
    expect(target.tls).toEqual({
      trustedCa: { kind: "file", path: "/ca" },
      certificateChain: { kind: "file", path: "/c" },
      privateKey: { kind: "file", path: "/k" },
    });
  });

  test.each([
    ["{", "boot.json: is not JSON"],
    ["[]", "node.id is needed"],
    [JSON.stringify({ ...plain, xds_servers: [] }), "xds_servers[0].server_uri is needed"],
    [JSON.stringify({ ...plain, node: { id: 7 } }), "node: "],
    [
      JSON.stringify({
        ...plain,
        xds_servers: [{ server_uri: "x:1", channel_creds: [{ type: "google_default" }] }],
      }),
      "one of insecure and tls is needed, got google_default",
    ],
    [JSON.stringify({ ...plain, xds_servers: [{ server_uri: "x:1" }] }), "got none"],
    [
      JSON.stringify({ ...plain, xds_servers: [{ server_uri: "x", channel_creds: [{ type: "insecure" }] }] }),
      "not of the form host:port",
    ],
  ])("refused, in one sentence: %s", (text, sentence) => {
    expect(() => parseGrpcBootstrap(text, "boot.json")).toThrow(sentence);
  });

  test.each([
    ["/a.json", "{}", { kind: "file", path: "/a.json" }],
    ["", "{}", { kind: "inline", text: "{}" }],
    [undefined, "{}", { kind: "inline", text: "{}" }],
    ["", "", undefined],
    [undefined, undefined, undefined],
  ])("of file %j and text %j counts %j", (path, text, choice) => {
    expect(chooseGrpcBootstrap(path, text)).toEqual(choice);
  });
});

describe("targets", () => {
  test("several are tried in turn", () => {
    const next = rotateTargets([
      { kind: "tcp", address: "a:1" },
      { kind: "tcp", address: "b:1" },
    ]);
    expect([next(), next(), next()].map(({ address }) => address)).toEqual(["a:1", "b:1", "a:1"]);
    expect(() => rotateTargets([])).toThrow(RangeError);
  });

  test.each([
    [{ kind: "tcp", address: "a:1" }, { address: "a:1", kind: "tcp" }, true],
    [{ kind: "tcp", address: "a:1" }, { kind: "tcp", address: "a:2" }, false],
    [{ kind: "tcp", address: "a:1" }, { kind: "tcp", address: "a:1", tls: {} }, false],
  ] as const)("%j and %j: the same server? %s", (a, b, same) => {
    expect(sameTarget(a, b)).toBe(same);
  });
});
