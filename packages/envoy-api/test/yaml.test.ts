import { create, DocumentError, type Problem, packAny, parseJsonResources } from "@dualmesh/envoy-api";
import { parseYaml, parseYamlResources, readYaml } from "@dualmesh/envoy-api/yaml";
import { describe, expect, test } from "vitest";

function problemsOf(text: string): readonly Problem[] {
  try {
    parseYaml("google.protobuf.Struct", text, { file: "x.yaml" });
  } catch (error) {
    if (error instanceof DocumentError) return error.problems;
    throw error;
  }
  return [];
}

const places = (text: string): string[] =>
  problemsOf(text).map(({ line, column, message }) => `${line}:${column} ${message}`);

test("a bootstrap with filters inside filters", () => {
  const bootstrap = parseYaml(
    "envoy.config.bootstrap.v3.Bootstrap",
    `
node: { id: a, cluster: b }
static_resources:
  listeners:
  - name: in
    address: { socketAddress: { address: 127.0.0.1, portValue: 8080 } }
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: in
          stream_idle_timeout: 0s
  clusters:
  - { name: a, type: STRICT_DNS, connect_timeout: 0.25s }
`,
  );
  const [listener] = bootstrap.static_resources?.listeners ?? [];
  expect(listener?.address?.socket_address?.port_value).toBe(8080);
  expect(listener?.filter_chains[0]?.filters[0]?.typed_config).toStrictEqual(
    packAny("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", {
      stat_prefix: "in",
      stream_idle_timeout: {},
    }),
  );
  expect(bootstrap.static_resources?.clusters[0]?.connect_timeout).toStrictEqual({
    seconds: 0,
    nanos: 250_000_000,
  });
});

test("a problem has file, line, column and path, inside an Any as well", () => {
  const text = `
static_resources:
  listeners:
  - name: in
    filter_chains:
    - filters:
      - typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
          stat_prefx: x
    adress: {}
`;
  expect(() => parseYaml("envoy.config.bootstrap.v3.Bootstrap", text, { file: "envoy.yaml" })).toThrow(
    "envoy.yaml:9:11: static_resources.listeners[0].filter_chains[0].filters[0].typed_config.stat_prefx: unknown field of " +
      'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy (did you mean "stat_prefix"?)\n' +
      "envoy.yaml:10:5: static_resources.listeners[0].adress: unknown field of envoy.config.listener.v3.Listener " +
      '(did you mean "address"?)',
  );
});

describe("YAML 1.2, core schema", () => {
  test.each([
    ["yes", "yes"],
    ["on", "on"],
    ["true", true],
    ["~", null],
    ["0x1F", 31],
    ["012", 12],
    ["1e3", 1000],
    [".inf", Infinity],
    ["2024-01-01", "2024-01-01"],
    ["18446744073709551615", 18_446_744_073_709_551_615n],
    ["!!str 5", "5"],
    ["'5'", "5"],
    ["|\n  a\n  b\n", "a\nb\n"],
  ])("a: %s", (text, value) => {
    expect(readYaml(`a: ${text}`).value).toStrictEqual({ a: value });
  });

  test("merge keys are keys, not a mechanism", () => {
    expect(readYaml("<<: {a: 1}").value).toStrictEqual({ "<<": { a: 1 } });
  });

  test("a directive does not bring back YAML 1.1", () => {
    expect(readYaml("%YAML 1.1\n---\na: yes").value).toStrictEqual({ a: "yes" });
  });

  test("keys are text as written", () => {
    expect(readYaml("1: a\n0x10: b\ntrue: c\n'x y': d\n__proto__: e").value).toStrictEqual(
      JSON.parse('{"1":"a","0x10":"b","true":"c","x y":"d","__proto__":"e"}'),
    );
  });

  test("an empty document is null", () => {
    expect(readYaml("# nothing\n").value).toBeNull();
    expect(() => parseYaml("envoy.config.core.v3.Address", "")).toThrow("expected an object");
  });

  test("aliases repeat a value, and problems show where it stands", () => {
    expect(readYaml("a: &x {b: 1}\nc: *x\nd: [*x]").value).toStrictEqual({
      a: { b: 1 },
      c: { b: 1 },
      d: [{ b: 1 }],
    });
    expect(() =>
      parseYaml("envoy.config.core.v3.Metadata", "filter_metadata: {a: {b: &x 1}, c: *x}"),
    ).toThrow("1:36: filter_metadata.c: expected an object, found 1");
  });
});

describe("YAML that is refused", () => {
  test.each([
    ["a key given twice", "a: 1\nb: 2\na: 3", "3:1 the key is given twice"],
    ["also if spelled as text", "1: a\n'1': b", "2:1 the key is given twice"],
    ["a key that is a list", "[a]: b", "1:1 a key must be text"],
    ["a key that is nothing", "~: b", "1:1 a key must be text"],
    ["an alias without anchor", "a: *x", "1:4 "],
    ["an alias inside of what it repeats", "a: &x [*x]", '1:8 alias "x" is inside of what it repeats'],
    ["a tag that nobody knows", "a: !foo 1", "1:4 Unresolved tag: !foo"],
    ["bytes", "a: !!binary aGk=", "1:13 tag tag:yaml.org,2002:binary is not supported"],
    ["two documents", "a: 1\n---\nb: 2", "2:1 more than one document: a file holds one message"],
    ["a text that does not end", 'a: "x', "1:6 "],
    ["nesting without end", "[".repeat(20_000), "nested too deep"],
  ])("%s", (_name, text, place) => {
    expect(places(text).join("\n")).toContain(place);
  });

  test("nesting deeper than any message", () => {
    expect(places(`${"[".repeat(300)}${"]".repeat(300)}`)).toContain("1:201 nested more than 200 deep");
  });

  test("a billion laughs, soon", () => {
    const lines = Array.from({ length: 12 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(10)}]`);
    const text = ["a0: &a0 [x]", ...lines].join("\n");
    expect(places(text).join()).toContain("the document has more than 100000 values from aliases");
  });

  test("too much text", () => {
    expect(() => readYaml("a: 1234567", { maxLength: 9 })).toThrow("10 characters are over the limit of 9");
  });
});

describe("resources of a file", () => {
  const cluster = { name: "orders", type: "EDS" } as const;

  test("come with type, message, bytes and line", () => {
    const text = `version_info: "7"
resources:
- "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
  name: orders
  type: EDS
- "@type": type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment
  cluster_name: orders
`;
    const resources = parseYamlResources(text);
    expect(resources.map(({ type, line }) => [type, line])).toStrictEqual([
      ["envoy.config.cluster.v3.Cluster", 3],
      ["envoy.config.endpoint.v3.ClusterLoadAssignment", 6],
    ]);
    expect(resources[0]?.message).toStrictEqual(create("envoy.config.cluster.v3.Cluster", cluster));
    expect(resources[0]?.any).toStrictEqual(packAny("envoy.config.cluster.v3.Cluster", cluster));
  });

  test("may be JSON", () => {
    const text = `{"resources": [\n{"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "orders", "type": "EDS"}]}`;
    const [resource] = parseJsonResources(text);
    expect([resource?.type, resource?.line]).toStrictEqual(["envoy.config.cluster.v3.Cluster", 2]);
  });

  test("problems of all of them are reported", () => {
    const text = `resources:\n- "@type": t/acme.Nothing\n- "@type": t/envoy.config.cluster.v3.Cluster\n  nam: x\nresource: []\n`;
    expect(() => parseYamlResources(text, { file: "cds.yaml" })).toThrow(
      /^cds\.yaml:2:12: resources\[0\]\["@type"\]: unknown type.*\ncds\.yaml:4:3: resources\[1\]\.nam: .*\ncds\.yaml:5:1: resource: /,
    );
  });
});
