import { expect, test } from "vitest";
import { HTTP, ROUTER, writeConfig } from "./configuration.ts";
import { printed } from "./run-program.ts";

/** A bootstrap whose listener has these routes of one virtual host. */
function bootstrap(routes: string): string {
  return `static_resources:
  listeners:
  - name: outbound
    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
    filter_chains:
    - filters:
      - name: http
        typed_config:
          ${HTTP}
          stat_prefix: outbound
          http_filters: [${ROUTER}]
          route_config:
            virtual_hosts:
            - name: shop
              domains: [shop.test]
              routes:
${routes}
  clusters:
  - {name: api, type: STATIC, load_assignment: {cluster_name: api}}
  - {name: web, type: STATIC, load_assignment: {cluster_name: web}}
`;
}

const DEAD = bootstrap(`              - match: {prefix: /api}
                route: {cluster: api}
              - name: v2
                match: {safe_regex: {regex: "/api/v2/.*"}}
                route: {cluster: web}
              - match: {prefix: /}
                route: {cluster: web}`);
const FINE = bootstrap(`              - match: {prefix: /api}
                route: {cluster: api}
              - match: {prefix: /}
                route: {cluster: web}`);

test("lint routes tells each finding at its line, with status 1", async () => {
  const file = await writeConfig(DEAD);
  expect(await printed("lint", "routes", file)).toEqual({
    code: 1,
    stdout: `${file}:19:17: virtual host "shop", route 2 ("v2"): route 1 (prefix "/api") takes all its requests: put this one before it, or drop it (unreachable-route)
${file}:19:17: virtual host "shop", route 2 ("v2"): the regex "/api/v2/.*" says no more than prefix "/api/v2/": write that (plain-regex)
3 routes: 2 found
`,
    stderr: "",
  });
});

test("lint routes leaves out what is not to count, and prints JSON", async () => {
  const file = await writeConfig(DEAD);
  const { code, stdout } = await printed("lint", "routes", file, "--ignore", "plain-regex", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    files: 1,
    routes: 3,
    findings: [{ file, line: 19, rule: "unreachable-route", virtualHost: "shop", route: 2 }],
  });
  const both = ["--ignore", "plain-regex", "--ignore", "unreachable-route"];
  expect(await printed("lint", "routes", file, ...both)).toMatchObject({ code: 0, stdout: "3 routes: OK\n" });
});

test("lint routes knows the clusters of all files", async () => {
  const file = await writeConfig(
    FINE.replace("{cluster: api}", "{cluster: gone}").replace(
      "virtual_hosts:",
      "validate_clusters: false\n            virtual_hosts:",
    ),
  );
  expect((await printed("lint", "routes", file)).stdout).toContain(
    'there is no cluster "gone": its requests fail',
  );
  expect(await printed("lint", "routes", await writeConfig(FINE))).toMatchObject({
    code: 0,
    stdout: "2 routes: OK\n",
  });
});

test("lint routes of what cannot be compiled says what is wrong, with status 2", async () => {
  const file = await writeConfig(FINE.replace("{prefix: /api}", '{safe_regex: {regex: "("}}'));
  const { code, stderr } = await printed("lint", "routes", file);
  expect(code).toBe(2);
  expect(stderr).toContain('regular expression "(": missing closing )');
});

test("diff routes tells the requests that go another way, with status 1", async () => {
  const after = await writeConfig(FINE.replace("{prefix: /api}", "{path_separated_prefix: /api}"));
  expect(await printed("diff", "routes", await writeConfig(FINE), after)).toEqual({
    code: 1,
    stdout: `listener "outbound".filter_chains[0].filters[0].route_config
  GET shop.test/apisample
    before: shop, route 1: to api, within 15000 ms
    after:  shop, route 2: to web, within 15000 ms
5 requests tried: 1 go another way
`,
    stderr: "",
  });
});

test("diff routes of what is the same ends with status 0", async () => {
  const [before, after] = [
    await writeConfig(FINE),
    await writeConfig(FINE.replace("{prefix: /api}", "{prefix: /api, headers: []}")),
  ];
  expect(await printed("diff", "routes", before, after)).toMatchObject({
    code: 0,
    stdout: "4 requests tried: all go the same way\n",
  });
  const { code, stdout } = await printed("diff", "routes", before, after, "--json");
  expect([code, JSON.parse(stdout)]).toEqual([0, { tried: 4, detours: [], untried: [] }]);
});
