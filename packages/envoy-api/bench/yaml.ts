/**
 * What it costs to read 1 MB of endpoints as YAML: as it is mostly written, with one block scalar in it (so that the reader
 * that knows all of YAML has to do it), and as JSON.
 *
 * `node --conditions=@dualmesh/source packages/envoy-api/bench/yaml.ts`
 */
import { fromJson, readJson } from "@dualmesh/envoy-api";
import { readYaml } from "@dualmesh/envoy-api/yaml";
import { stringify } from "yaml";

const ROUNDS = 15;

const resources = Array.from({ length: 1_400 }, (_, at) => ({
  "@type": "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
  cluster_name: `cluster-${at}`,
  endpoints: [
    {
      locality: { zone: "a" },
      lb_endpoints: [1, 2, 3].map((host) => ({
        endpoint: {
          address: { socket_address: { address: `10.0.${at % 256}.${host}`, port_value: 8000 + host } },
        },
        load_balancing_weight: host,
      })),
    },
  ],
}));
const plain = stringify({ resources });
const texts = {
  "YAML as mostly written": () => readYaml(plain).value,
  "YAML with a block scalar": () => readYaml(`${plain}note: |\n  x\n`).value,
  JSON: () => readJson(JSON.stringify({ resources }, null, 1)).value,
  "the same, and its message": () =>
    fromJson("envoy.service.discovery.v3.DiscoveryResponse", readYaml(plain).value as never),
};

console.log(`${plain.length} characters`);
for (const [what, read] of Object.entries(texts)) {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    read();
    return performance.now() - start;
  }).toSorted((a, b) => a - b);
  console.log(
    `${what.padEnd(26)} ${(times[ROUNDS >> 1] as number).toFixed(0)} ms, at most ${times[ROUNDS - 1]?.toFixed(0)} ms`,
  );
}
