import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BOOTSTRAP, ROUTER, writeConfig } from "./configuration.ts";
import { printed } from "./run-program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const TLS = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3";
const LUA = `{name: lua, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua}}`;

/** The place of a piece of the text, as problems are placed: after a key, or at a value. */
function place(text: string, piece: string): string {
  const lines = text.slice(0, text.indexOf(piece)).split("\n");
  return `${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
}

const cases: readonly (readonly [what: string, text: string, piece: string, sentence: string])[] = [
  [
    "a field that is misspelled",
    BOOTSTRAP.replace("domains: [orders]", "domain: [orders]"),
    "domain: [",
    'unknown field of envoy.config.route.v3.VirtualHost (did you mean "domains"?)',
  ],
  [
    "a port that is a word",
    BOOTSTRAP.replace("8001", "http"),
    "http}}}",
    'port_value: expected an integer, found "http"',
  ],
  [
    "a port that is none",
    BOOTSTRAP.replace("8001", "70000"),
    "70000",
    "port_value: expected 0 to 65535, got 70000",
  ],
  [
    "a key that is given twice",
    BOOTSTRAP.replace("type: STATIC", "type: STATIC\n    type: EDS"),
    "type: EDS",
    "static_resources.clusters[0].type: the key is given twice",
  ],
  [
    "a filter that is not there",
    BOOTSTRAP.replace(ROUTER, `${LUA}, ${ROUTER}`),
    LUA,
    "the HTTP filter envoy.extensions.filters.http.lua.v3.Lua is not supported",
  ],
  [
    "a policy that is not there",
    BOOTSTRAP.replace("type: STATIC", "type: STATIC\n    lb_policy: MAGLEV"),
    "MAGLEV",
    'cluster "orders".lb_policy: expected ROUND_ROBIN, LEAST_REQUEST or RANDOM, got MAGLEV',
  ],
  [
    "TLS for clients without a certificate",
    BOOTSTRAP.replace(
      "    - filters:",
      `    - transport_socket: {name: tls, typed_config: {"@type": ${TLS}.DownstreamTlsContext}}\n      filters:`,
    ),
    `{"@type": ${TLS}.Downstream`,
    'listener "outbound".filter_chains[0].transport_socket.typed_config.common_tls_context.tls_certificates: expected one certificate, got none',
  ],
  [
    "certificates from elsewhere, for TLS to endpoints",
    BOOTSTRAP.replace(
      "type: STATIC",
      `type: STATIC\n    transport_socket: {name: tls, typed_config: {"@type": ${TLS}.UpstreamTlsContext, common_tls_context: {tls_certificate_sds_secret_configs: [{name: x}]}}}`,
    ),
    "[{name: x}]",
    'cluster "orders".transport_socket.typed_config.common_tls_context.tls_certificate_sds_secret_configs: it is set, and is not supported',
  ],
  [
    "a control plane that is none of the clusters",
    `${BOOTSTRAP}dynamic_resources: {ads_config: {api_type: GRPC, grpc_services: [{envoy_grpc: {cluster_name: xds}}]}}\n`,
    "xds}",
    'cluster_name: expected the name of a static cluster, got "xds"; there are orders',
  ],
  [
    "a control plane without gRPC",
    `${BOOTSTRAP}dynamic_resources: {ads_config: {api_type: REST, grpc_services: [{envoy_grpc: {cluster_name: orders}}]}}\n`,
    "REST",
    "dynamic_resources.ads_config.api_type: expected GRPC, got REST",
  ],
];

describe.each([
  ["a sidecar", ["sidecar", "--no-control-socket", "-c"]],
  ["an application", ["run", "--bootstrap"]],
])("%s is not started", (_, args) => {
  const command = (file: string): Promise<Awaited<ReturnType<typeof printed>>> =>
    printed(...args, file, ...(args[0] === "run" ? ["--", process.execPath, "-e", "0"] : []));

  test.each(cases)(
    "with %s: that is told in one sentence, with its place, and status 2",
    async (_what, text, piece, sentence) => {
      const file = await writeConfig(text);
      const { code, stdout, stderr } = await command(file);
      expect(stderr).toMatch(/^dualmesh: [^\n]*\n$/);
      expect(stderr).toContain(`${file}:${place(text, piece)}: `);
      expect(stderr).toContain(sentence);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    },
  );

  test("with YAML that is broken", async () => {
    const file = await writeConfig(BOOTSTRAP.replace("domains: [orders]", "domains: [orders"));
    const { code, stderr } = await command(file);
    expect(stderr).toMatch(new RegExp(`^dualmesh: ${file}:20:\\d+: [^\\n]*end with a \\][^\\n]*\\n$`));
    expect(code).toBe(2);
  });

  test.each([
    ["an empty file", "", "expected a bootstrap (node, static_resources, dynamic_resources, …), it is empty"],
    ["a list", "- a\n", "expected an object (envoy.config.bootstrap.v3.Bootstrap), found a list"],
  ])("with %s", async (_what, text, sentence) => {
    const { code, stderr } = await command(await writeConfig(text));
    expect(stderr).toMatch(/^dualmesh: [^\n]*\n$/);
    expect(stderr).toContain(sentence);
    expect(code).toBe(2);
  });

  test("with a folder in place of a file", async () => {
    const folder = join(await temporaryFolder(), "mesh.yaml");
    await mkdir(folder);
    const { code, stderr } = await command(folder);
    expect(stderr).toMatch(/^dualmesh: [^\n]*mesh\.yaml: expected a file, got a folder\n$/);
    expect(code).toBe(2);
  });
});
