import { join } from "node:path";
import { formatProblem } from "@dualmesh/envoy-api";
import { expect, test } from "vitest";
import { validateFiles } from "../src/index.ts";
import { edsCluster, listener, resources, routeTo } from "./parse-texts.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";

/** What is found in these paths of the folder; the folder itself shows as `~`. */
async function validate(folder: TemporaryFolder, ...names: readonly string[]): Promise<string[]> {
  const { problems } = await validateFiles(names.map((name) => join(folder.path, name)));
  return problems.map((problem) => formatProblem(problem).replaceAll(folder.path, "~"));
}

const bootstrap = `
node: { id: a, cluster: web }
dynamic_resources:
  ads_config: { api_type: GRPC, grpc_services: [{ envoy_grpc: { cluster_name: xds } }] }
  cds_config: { ads: {} }
static_resources:
  clusters:
  - name: xds
    load_assignment: { cluster_name: xds }
`;

test("a folder is checked as one whole, with paths that can be opened", async () => {
  await using folder = await temporaryFolder();
  await folder.write("a.yaml", resources(listener("web", "main"), routeTo("main", "orders")));
  await folder.write("b/c.yaml", "resources: [{}]\n");
  expect(await validate(folder, ".")).toEqual([expect.stringMatching(/^~\/b\/c\.yaml:1:13: resources\[0\]/)]);
  await folder.write("b/c.yaml", resources(edsCluster("users")));
  expect(await validate(folder, ".")).toEqual([
    expect.stringMatching(/^~\/a\.yaml:22:25: resources\[1\].*got "orders"; there is none$/),
  ]);
  await folder.write("b.yaml", resources(edsCluster("orders")));
  expect(await validateFiles([folder.path])).toEqual({ files: 3, problems: [] });
});

test("a file is checked by itself: what it names may stand elsewhere", async () => {
  await using folder = await temporaryFolder();
  await folder.write("a.yaml", resources(routeTo("main", "elsewhere")));
  await folder.write("b.yaml", "resources: {\n");
  expect(await validate(folder, "a.yaml")).toEqual([]);
  expect(await validate(folder, "a.yaml", "b.yaml")).toEqual([expect.stringMatching(/^~\/b\.yaml:2:1: /)]);
});

test("the bootstrap of a node is checked as one, alone or in a folder", async () => {
  await using folder = await temporaryFolder();
  await folder.write("envoy.yaml", bootstrap);
  await folder.write("clusters.yaml", resources(edsCluster("orders")));
  expect(await validate(folder, "envoy.yaml", ".")).toEqual([]);
  await folder.write("envoy.yaml", bootstrap.replace("cluster: web", "klass: web"));
  const expected = expect.stringMatching(/^~\/envoy\.yaml:2:\d+: node\.klass: unknown field/);
  expect(await validate(folder, "envoy.yaml")).toEqual([expected]);
  expect(await validate(folder, ".")).toEqual([expected]);
});

test.each<[string, string, RegExp]>([
  [
    "a way to the control plane that is not there",
    bootstrap.replace("cluster_name: xds }", "cluster_name: ads }"),
    /ads_config\.grpc_services\[0\]\.envoy_grpc\.cluster_name: expected the name of a static cluster, got "ads"; there are xds/,
  ],
  [
    "a wrong port",
    `${bootstrap}admin: { address: { socket_address: { address: 127.0.0.1, port_value: 70000 } } }\n`,
    /admin\.address\.socket_address\.port_value: expected a port from 0 to 65535, got 70000/,
  ],
  [
    "a static listener with a route to nothing",
    `static_resources:
  listeners:${listener("web", "x")
    .replaceAll("\n", "\n  ")
    .replace(/- "@type".*\n\s+name/, "- name")
    .replace(
      /rds: .*/,
      "route_config: { virtual_hosts: [{ name: a, domains: [a], routes: [{ match: { prefix: / }, route: { cluster: b } }] }] }",
    )}\n`,
    /static_resources\.listeners\[0\]\..*\.route\.cluster: expected the name of a static cluster, got "b"; there is none/,
  ],
])("a bootstrap with %s is refused", async (_what, text, expected) => {
  await using folder = await temporaryFolder();
  await folder.write("envoy.yaml", text);
  expect(await validate(folder, "envoy.yaml")).toEqual([expect.stringMatching(expected)]);
});

test("what is not there is a problem, not a rejection", async () => {
  await using folder = await temporaryFolder();
  expect(await validate(folder, "nothing.yaml")).toEqual(["~/nothing.yaml: does not exist"]);
});
