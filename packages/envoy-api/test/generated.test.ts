import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode, encode, isMessageName, listMessageNames } from "@dualmesh/envoy-api";
import { describe, expect, test } from "vitest";
import { findMessageType } from "../src/message-type.ts";
import { loadReference } from "./reference.ts";

const folder = join(import.meta.dirname, "..");
const table = join(folder, "src/generated/table.ts");

describe("the generated table", () => {
  test.each([
    "envoy.config.listener.v3.Listener",
    "envoy.config.route.v3.RouteConfiguration",
    "envoy.config.cluster.v3.Cluster",
    "envoy.config.endpoint.v3.ClusterLoadAssignment",
    "envoy.config.bootstrap.v3.Bootstrap",
    "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    "envoy.extensions.filters.http.router.v3.Router",
    "envoy.extensions.filters.http.rbac.v3.RBAC",
    "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
    "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz",
    "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
    "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
    "envoy.extensions.filters.network.dubbo_proxy.v3.DubboProxy",
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
    "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
    "envoy.extensions.transport_sockets.tls.v3.Secret",
    "envoy.extensions.load_balancing_policies.wrr_locality.v3.WrrLocality",
    "envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig",
    "envoy.service.discovery.v3.DeltaDiscoveryResponse",
    "envoy.service.load_stats.v3.LoadStatsResponse",
    "envoy.service.status.v3.ClientStatusResponse",
    "envoy.service.health.v3.HealthCheckSpecifier",
    "envoy.service.runtime.v3.Runtime",
    "envoy.service.auth.v3.CheckRequest",
    "envoy.service.ratelimit.v3.RateLimitRequest",
    "envoy.admin.v3.ConfigDump",
    "xds.type.v3.TypedStruct",
    "udpa.type.v1.TypedStruct",
    "xds.type.matcher.v3.Matcher",
    "google.rpc.Status",
  ])("has %s", (name) => {
    expect(isMessageName(name)).toBe(true);
  });

  test("has every field that the .proto files declare, under its number", () => {
    const reference = loadReference();
    for (const name of listMessageNames()) {
      const ours = findMessageType(name)!.fields.map((field) => `${field.name} = ${field.number}`);
      const theirs = reference
        .lookupType(name)
        .fieldsArray.map((field) => `${snakeCase(field.name)} = ${field.id}`);
      expect(ours.toSorted(), name).toStrictEqual(theirs.toSorted());
    }
  });

  test("has the fields of a newer Envoy: body_format of a direct response is number 3", () => {
    const bytes = encode("envoy.config.route.v3.DirectResponseAction", { body_format: {} });
    expect([...bytes]).toStrictEqual([0x1a, 0]);
    expect(decode("envoy.config.route.v3.DirectResponseAction", bytes).body_format?.content_type).toBe("");
  });

  test("leaves out what only annotates .proto files", () => {
    const odd = listMessageNames().filter((name) =>
      /\.annotations\.|^validate\.|^google\.protobuf\.\w+(Options|DescriptorProto)/.test(name),
    );
    expect(odd).toStrictEqual([]);
  });

  test("stays compact", () => {
    expect(statSync(table).size).toBeLessThan(175_000);
  });
});

describe("generating", () => {
  const run = (): string =>
    execFileSync(process.execPath, [join(folder, "scripts/generate.ts")], {
      encoding: "utf8",
      cwd: tmpdir(),
    });

  test("is skipped when nothing has changed, from whatever folder", () => {
    const past = new Date(1_000_000_000_000);
    const { atime, mtime } = statSync(table);
    run();
    utimesSync(table, past, past);
    expect(run()).toBe("");
    expect(statSync(table).mtime).toStrictEqual(past);
    utimesSync(table, atime, mtime);
  });
});

test("no file of the package depends on protobufjs when it runs", () => {
  const sources = readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const offenders = sources.filter((file) =>
    /from "protobufjs|\beval\(|new Function/.test(readFileSync(join(folder, "src", file), "utf8")),
  );
  expect(offenders).toStrictEqual([]);
  expect(existsSync(join(folder, "src/generated/stamp"))).toBe(true);
});

/** protobufjs' own copy of google/protobuf/struct.proto is in camelCase. */
function snakeCase(name: string): string {
  return /^(null|number|string|bool|struct|list)Value$/.test(name) ? name.replace("Value", "_value") : name;
}
