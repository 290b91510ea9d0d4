import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BOOTSTRAP, HTTP, ROUTER, writeConfig } from "./configuration.ts";
import { printed } from "./run-program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

test("a call is explained top down, and why not the others", async () => {
  const file = await writeConfig(BOOTSTRAP);
  const { code, stdout } = await printed("explain", "-c", file, "GET", "http://orders/admin");
  expect(stdout.split("\n").map((line) => line.trim().replaceAll(/ +/g, " "))).toEqual([
    "listener outbound (outbound)",
    expect.stringMatching(/^\(unnamed\) for any connection: .* → router$/),
    "authority orders, path /admin",
    'chosen domain orders of virtual host "orders"',
    'other domain broken of virtual host "broken"',
    expect.stringMatching(/^refused 1\. .*x-user.*$/),
    expect.stringMatching(/^chosen 2\. .* to orders/),
    '→ forward to cluster "orders", within 15000 ms',
    'cluster "orders"',
    "chosen 127.0.0.1:8001 (healthy, priority 0, weight 1)",
    "refused 127.0.0.1:8002 (unhealthy, priority 0, weight 1)",
    expect.stringContaining('cluster "nowhere" has failed: '),
    "",
  ]);
  expect(code).toBe(0);
});

test("headers count", async () => {
  const file = await writeConfig(BOOTSTRAP);
  const args = ["explain", "-c", file, "GET", "http://orders/admin", "-H", "X-User: root", "--json"];
  const { code, stdout } = await printed(...args);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ listener: "outbound", action: "answer 204", cluster: null });
});

test.each([
  ["no virtual host claims it", "http://elsewhere/", "answer 404: no route matches"],
  ["its cluster is not there", "http://broken/", 'cluster "nowhere" has failed: '],
])("the answer is no (status 1) where %s", async (_, url, sentence) => {
  const { code, stdout } = await printed("explain", "-c", await writeConfig(BOOTSTRAP), "GET", url);
  expect(stdout).toContain(sentence);
  expect(code).toBe(1);
});

test("a listener that is not there is told with those that are", async () => {
  const file = await writeConfig(BOOTSTRAP);
  const { code, stderr } = await printed("explain", "-c", file, "--listener", "x", "GET", "http://a/");
  expect(stderr).toBe('dualmesh: explain: expected listener "x"; there are "outbound" that can serve\n');
  expect(code).toBe(2);
});

/** A control plane's folder whose routes differ by group: 201 for `shop`, 202 for `blog`. */
async function controlPlaneFolder(): Promise<string> {
  const folder = await temporaryFolder();
  const resource = (type: string, json: string): string =>
    `resources: [{"@type": type.googleapis.com/envoy.config.${type}, ${json}}]\n`;
  const http = `{${HTTP}, stat_prefix: a, rds: {route_config_name: r, config_source: {ads: {}}}, http_filters: [${ROUTER}]}`;
  await writeFile(
    join(folder, "listener.yaml"),
    resource(
      "listener.v3.Listener",
      `name: out, address: {socket_address: {address: 127.0.0.1, port_value: 0}}, filter_chains: [{filters: [{name: http, typed_config: ${http}}]}]`,
    ),
  );
  for (const [group, status] of [
    ["shop", 201],
    ["blog", 202],
  ] as const) {
    await mkdir(join(folder, group));
    const routes = `[{match: {prefix: /}, direct_response: {status: ${status}}}]`;
    await writeFile(
      join(folder, group, "routes.yaml"),
      resource(
        "route.v3.RouteConfiguration",
        `name: r, virtual_hosts: [{name: all, domains: ["*"], routes: ${routes}}]`,
      ),
    );
  }
  return folder;
}

test("a control plane's folder is read as for a node of the group", async () => {
  const folder = await controlPlaneFolder();
  const { stdout } = await printed("explain", "-c", folder, "--group", "blog", "GET", "http://a/", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ action: "answer 202" });
});

/** A bootstrap with nothing but the way to a control plane. */
const ASKING = `node: {id: shop-1, cluster: shop}
dynamic_resources:
  lds_config: {ads: {}}
  cds_config: {ads: {}}
  ads_config: {api_type: GRPC, grpc_services: [{google_grpc: {target_uri: "unix:/nowhere", stat_prefix: ads}}]}
`;

test("a bootstrap that asks a control plane is explained by what that serves to its node", async () => {
  const args = ["explain", "-c", await writeConfig(ASKING), "--json", "GET", "http://a/"];
  const folder = await controlPlaneFolder();
  const { stdout } = await printed(...args, "--resources", folder);
  expect(JSON.parse(stdout)).toMatchObject({ listener: "out", action: "answer 201" });
  const other = await printed(...args, "--resources", folder, "--group", "blog");
  expect(JSON.parse(other.stdout)).toMatchObject({ action: "answer 202" });
});

test("without that, the explanation asks for it", async () => {
  const file = await writeConfig(ASKING);
  expect(await printed("explain", "-c", file, "GET", "http://a/")).toEqual({
    code: 2,
    stdout: "",
    stderr: `dualmesh: explain: ${file} asks a control plane, which is not asked here: say by --resources <folder> what it serves\n`,
  });
});

/** The bootstrap with a tree that goes by the client's address, and routes that say something of filters. */
const BY_CLIENT = BOOTSTRAP.replace(
  "[{match: {prefix: /}, route: {cluster: nowhere}}]",
  `
              - match: {prefix: /}
                typed_per_filter_config:
                  fault: {"@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault, abort: {http_status: 503, percentage: {numerator: 100}}}
                  cors: {"@type": type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true}
                route: {cluster: orders}
            - name: addresses
              domains: [addresses]
              matcher:
                matcher_tree:
                  input: {name: ip, typed_config: {"@type": type.googleapis.com/envoy.extensions.matching.common_inputs.network.v3.SourceIPInput}}
                  exact_match_map:
                    map:
                      "10.0.0.7":
                        action:
                          name: route
                          typed_config: {"@type": type.googleapis.com/envoy.config.route.v3.Route, match: {prefix: /}, direct_response: {status: 207}}`,
);

test("the client's address decides", async () => {
  const args = ["explain", "-c", await writeConfig(BY_CLIENT), "--json", "GET", "http://addresses/"];
  const { stdout } = await printed(...args, "--from", "10.0.0.7");
  expect(JSON.parse(stdout)).toMatchObject({ action: "answer 207" });
  expect(JSON.parse((await printed(...args)).stdout)).toMatchObject({ action: null, filters: null });
});

test("the filters that the route has settings for, or switches off, are told", async () => {
  const args = ["explain", "-c", await writeConfig(BY_CLIENT), "GET", "http://broken/"];
  const { stdout } = await printed(...args);
  expect(stdout).toContain(
    '→ forward to cluster "orders", within 15000 ms\n  settings for fault\n  off: cors\ncluster "orders"\n',
  );
  expect(JSON.parse((await printed(...args, "--json")).stdout)).toMatchObject({
    filters: { settingsFor: ["fault"], off: ["cors"] },
  });
});

test("an address with a port is refused, with status 2", async () => {
  const file = await writeConfig(BOOTSTRAP);
  const { code, stderr } = await printed("explain", "-c", file, "GET", "http://a/", "--from", "10.0.0.7:80");
  expect(stderr).toBe('dualmesh: explain: expected an IP address without port, got "10.0.0.7:80"\n');
  expect(code).toBe(2);
});
