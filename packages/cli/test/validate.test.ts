import { expect, test } from "vitest";
import type { FilesCheck } from "../src/validate/check-files.ts";
import { BOOTSTRAP, writeConfig } from "./configuration.ts";
import { printed } from "./run-program.ts";

test("what is right is told in a line", async () => {
  const file = await writeConfig(BOOTSTRAP.replace("cluster: nowhere", "cluster: orders"));
  expect(await printed("validate", file)).toMatchObject({ code: 0, stdout: "1 file: OK\n", stderr: "" });
});

test.each([
  ["broken YAML", BOOTSTRAP.replace("node: {id", "node: {id: [}"), "bootstrap.yaml:1:"],
  [
    "an unknown field",
    BOOTSTRAP.replace("domains: [orders]", "domain: [orders]"),
    '(did you mean "domains"?)',
  ],
  ["a port that is none", BOOTSTRAP.replace("8001", "70000"), "expected a port from 0 to 65535, got 70000"],
  ["a name that leads nowhere", BOOTSTRAP.replace("validate_clusters: false", "name: r"), 'got "nowhere"'],
])("%s is found at its line, with status 1", async (_, text, sentence) => {
  const file = await writeConfig(text);
  const { code, stdout } = await printed("validate", file);
  expect(stdout).toMatch(new RegExp(`^${file}:\\d+:\\d+: `));
  expect(stdout).toContain(sentence);
  expect(stdout).toMatch(/\n1 file: \d+ problems?\n$/);
  expect(code).toBe(1);
});

test("what this data plane refuses is a problem, what it leaves out a warning, each at its line", async () => {
  const text = `node: {id: web-1}
static_resources:
  clusters:
  - name: a
    type: STATIC
    outlierDetection: {}
    load_assignment: {cluster_name: a}
  - name: b
    type: EDS
    eds_cluster_config: {eds_config: {path: /tmp/eds.yaml}}
`;
  const file = await writeConfig(text);
  const { code, stdout } = await printed("validate", "--json", file);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    files: 1,
    problems: [
      {
        file,
        line: 10,
        column: 25,
        path: "static_resources.clusters[1].eds_cluster_config",
        message: expect.stringContaining('cluster "b": expected eds_config with ads: {}'),
      },
    ],
    warnings: [
      {
        file,
        line: 6,
        column: 23,
        path: "static_resources.clusters[0].outlierDetection",
        message: 'cluster "a": it is set, and has no effect here',
      },
    ],
  });
});

test("a place inside of a filter's configuration is found, by names and through `typed_config`", async () => {
  const text = BOOTSTRAP.replace("cluster: nowhere", "cluster: orders")
    .replace("stat_prefix: outbound", "stat_prefix: outbound\n          codec_type: HTTP3")
    .replace(
      "prefix: /}\n                route: {",
      "prefix: /}\n                route: {hash_policy: [{}], ",
    );
  const { stdout } = await printed("validate", "--json", await writeConfig(text));
  const lines = text.split("\n");
  const places = (JSON.parse(stdout) as FilesCheck).problems.map(({ path, line = 0 }) => [
    path,
    lines[line - 1]?.trim(),
  ]);
  const http = "static_resources.listeners[0].filter_chains[0].filters[0].typed_config";
  expect(places).toEqual([
    [`${http}.codec_type`, "codec_type: HTTP3"],
    [
      `${http}.route_config.virtual_hosts[0].routes[1].route.hash_policy[0]`,
      "route: {hash_policy: [{}], cluster: orders}",
    ],
  ]);
});

test("names that lead nowhere hide nothing of what the data plane refuses, and both are told once", async () => {
  const text = BOOTSTRAP.replace("validate_clusters: false", "name: r").replace(
    "stat_prefix: outbound",
    "stat_prefix: outbound\n          codec_type: HTTP3",
  );
  const file = await writeConfig(text);
  const { code, stdout } = await printed("validate", file);
  const lines = stdout.trim().split("\n");
  expect(lines).toEqual([
    expect.stringContaining('got "nowhere"'),
    expect.stringContaining("expected AUTO, HTTP1 or HTTP2, got HTTP3"),
    "1 file: 2 problems",
  ]);
  expect(code).toBe(1);
});

test("each bad route is told at its line", async () => {
  const text = BOOTSTRAP.replace(
    "[{match: {prefix: /}, route: {cluster: nowhere}}]",
    `
              - match: {safe_regex: {regex: "("}}
                direct_response: {status: 200}
              - match: {prefix: /}
                route: {cluster: orders}
              - match: {prefix: /}
                route: {weighted_clusters: {clusters: [{name: orders, weight: 0}]}}`,
  );
  const { stdout } = await printed("validate", "--json", await writeConfig(text));
  const lines = text.split("\n");
  const told = (JSON.parse(stdout) as FilesCheck).problems.map(({ message, line = 0 }) => [
    lines[line - 1]?.trim(),
    message.replace(/^listener "outbound": /, ""),
  ]);
  expect(told).toEqual([
    ['- match: {safe_regex: {regex: "("}}', expect.stringMatching(/^regular expression "\("/)],
    ["- match: {prefix: /}", expect.stringMatching(/^weighted clusters: /)],
  ]);
});
